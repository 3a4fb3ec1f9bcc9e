"""The verbs of the product: play, advance, claim, consent, import, export.

A service takes a Session, plain values, and `now` or `luck` where it needs time or chance.  It never commits
(see `app.db`), knows no Flask and no rq, and turns requests down with a `Refused`.
"""
