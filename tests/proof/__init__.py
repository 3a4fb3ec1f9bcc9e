"""Proofs of what is promised when things break: real servers, real processes, a crowd of fans, and a disaster.

Each proof breaks one thing under load, waits until all is quiet, and lets SQL say whether every promise was kept.

invariants/   what must be true of the database at rest, each with a name and a sentence
site.py       an installation under test: web processes and workers that are started again when they die
crowd.py      fans who play over HTTP and repeat a lost request under the same key, as a browser does
fan.py        one of them: what she reads, what she sends, what she was told
fair.py       the campaigns that they play
faults.py     planted faults: with one of them a proof must fail

`FANFARE_PROOF_SCALE=10` lets every proof last ten times as long; `FANFARE_PROOF_SEED` repeats a run's choices.
"""
