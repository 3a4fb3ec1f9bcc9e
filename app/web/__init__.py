"""The web edge: parse, open one transaction, call one service, show.

Folders say who is served: `fan/` the tab, `studio/` the brand's people, `api/` programs.
The files beside them are what all three share: security headers, languages, errors, limits.
"""
