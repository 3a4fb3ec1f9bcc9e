"""Mails to people: what is owed, what they say, and what a click on their links does.

`owing` writes a message with the deed that owes it; `writing` reads it as a `Letter` at the last moment; `rendering`
makes the mail of a letter, `plain` its text part.  `links` are the tokens in mails, `confirming` and `withdrawing` what
they do.  To add a kind of mail: a function in `owing`, a line in `writing.KINDS`, and a pair of templates in
`templates/mail/`.
"""
