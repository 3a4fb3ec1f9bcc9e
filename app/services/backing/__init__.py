"""Backing up an installation and bringing it back, with erased people staying erased.

A backup set holds the database without people's keys; so it opens nothing of the consent ledger by itself.  The keys
stand in one file with the list of the erased, in a folder of their own, overwritten at each backup: an erased person's
key is then nowhere any more.  Restoring puts set and keys together and erases again whoever was erased since.

Here: `erasures` (who was erased), `withdrawals` (who took a consent back), `keysfile` (people's keys), `sets` (the
archive and its checksums), `sqlite` and `postgres` (copying a database whole, and putting another in its place),
`restored` (what is done before it is used).
"""
