"""What running a journey is made of: events in; state, effects and decisions out.  All of it frozen, all of it plain.

`events` (what happens to a person), `state` (where she stands), `effects` (what she is owed), `decisions` (what was
decided and why), `walk` (one go through the steps, used by the verbs).  `journeys.advancing` puts them together.
"""
