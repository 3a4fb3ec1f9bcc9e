"""A journey that went live stays readable, whatever later checks think of it."""

from journeys.loading import load_journey

ENDED = "journey: j\nsteps:\n  - end:\n  - show: thanks\n"


def test_a_file_that_is_live_is_read_without_being_checked_again():
    assert load_journey(ENDED, "j.yaml").journey is None

    assert load_journey(ENDED, "j.yaml", checked=False).journey
