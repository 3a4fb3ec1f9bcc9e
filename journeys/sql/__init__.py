"""A whole journey as one query: everybody is led as far as the facts reach, without a loop over people.

`Routing(journey, Setting(now, dialect))` writes it: `.counts()` gives how many reach each step and branch, `.routes()`
where each person stands, `.at(step)` who comes to one step and how they leave it; `.columns` are the facts it reads.
The relations are those of `journeys.conditions.sql`; `fans` has a `place` besides, a person's turn where coupons are
short.  What a verb does here is a function of `passing`, beside the class that does it to one person.
"""

from journeys.sql.routing import Routing, Setting
from journeys.sql.sheet import NotInSql

__all__ = ["NotInSql", "Routing", "Setting"]
