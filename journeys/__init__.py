"""Journeys: what happens to whom, decided by pure functions over frozen values.

Where to begin: `loading.load_journey` (a YAML file, or every problem of it), `advancing.enter` and `advancing.advance`
(one person, one event), `testing.run_tests` (the tests in the file), `simulation.simulate` (who would go where).
`world.World` is what surrounds a file; `running` holds events, state, effects and decisions; `verbs` one class for
each thing a step may do; `conditions` the language of what must be true of a person; `checking` what is wrong with a
whole journey.  To add a verb: one file in `verbs` and one line in `verbs.VERBS`.
"""
