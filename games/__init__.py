"""The games: pure plug-ins that know their rules and nothing of the web, the clock or the database.

What is here:
    contract.py     what a game is: `Game`, `GameDefinition`, `Outcome`, `BadMove`
    registry.py     the games there are: `GAMES`, `read_definition`, `read_game`
    moves.py        strict reading of what a fan sent
    faults.py       what can be wrong with a definition, in English and French
    texts.py        an author's words in several languages
    luck.py         chance that can be replayed
    laws/           the laws every game keeps; the contract test runs them all
    quiz/, vote.py  the games

How to add a game: write one module (or folder) with a subclass of `Game`, add one line to
`registry.BUILT_IN` and one template `templates/games/<id>.html`.  A game in a package of its own
registers under the entry-point group `fanfare.games` instead.  The contract test finds it by itself.
"""
