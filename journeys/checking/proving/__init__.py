"""Whether a condition can ever hold beside others: proven for everybody, or not said at all.

`Proof` is the door.  Inside: `answers` (sets of answers that a subject may have), `questions` (a test as such a set),
`lemmas` (what one subject's answers say of another's), `proof` (the search, within a bounded effort).

Every set is at least as wide as the truth, and a search that becomes too long is given up as "possible".  So what is
called impossible never happens; some impossible things are not found.
"""

from journeys.checking.proving.proof import Claim, Proof, holds, holds_not

__all__ = ["Claim", "Proof", "holds", "holds_not"]
