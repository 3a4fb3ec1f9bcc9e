"""The laws every game keeps, each a check that plays a game and says in one sentence what it breaks.

`LAWS` is the contract: the test suite runs each law on each game of the registry, and a game in a
package of its own runs `check(GAME)`.  To add a law: one function in `written.py`.

That nothing leaks is shown by non-interference: a game is played beside the same game with other
secrets, and whoever cannot tell the two apart by what is shown has learnt nothing.
Source: Goguen and Meseguer, "Security Policies and Security Models", 1982.
"""

from games.laws.rehearsing import AnyGame, Broken
from games.laws.written import LAWS


def check(game: AnyGame) -> None:
    """Run the whole contract on a game.  Raises: Broken at the first law it does not keep."""
    for check_one in LAWS:
        check_one(game)


__all__ = ["LAWS", "AnyGame", "Broken", "check"]
