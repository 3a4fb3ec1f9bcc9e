"""The whole product, walked by real people in a real browser.

`stage` starts what a newcomer starts (`fanfare demo`); `fan` and `tab` are a fan in the brand's page; `desk` is somebody
at work in the studio; `ledger` reads what became of it in the database.  To add a walk: a row in `test_walks.WALKS`.
"""
