"""The consent ledger: what was said, to which words, when; and what it allows.

`record` and `withdraw` append, `standing` and `may_contact` read, `verify_chain` checks that nothing was changed since,
`proof` shows one word with everything that supports it, `forget` erases a person and leaves the chain whole.
"""

from app.services.consent.chain import ChainReport, proof, verify_chain
from app.services.consent.ledger import Word, record, withdraw
from app.services.consent.standing import allows, fold, may_contact, standing
from app.services.consent.subjects import forget

__all__ = [
    "ChainReport",
    "Word",
    "allows",
    "fold",
    "forget",
    "may_contact",
    "proof",
    "record",
    "standing",
    "verify_chain",
    "withdraw",
]
