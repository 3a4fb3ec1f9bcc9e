"""From nodes of YAML to values of a journey: what may be written where, and what is said when it is not.

`kinds` (the problems), `reading` (what is known while a file is read), `shapes` (what an option may be written as),
`times` (dates, hours, spans), `spelling` (did you mean).
"""
