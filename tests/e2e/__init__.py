"""The whole product, walked by real people in a real browser.

`stage` starts what a newcomer starts (`fanfare demo`), `installation` what an operator does; `tab` is a fan in the
brand's page, `watch` what goes wrong behind her back, `ledger` what became of her in the database.  To add a walk:
a row in `test_walks`.  FANFARE_TEST_PICTURES=folder keeps a picture of every screen.
"""
