"""The check is quick on long files and gives up soon on hostile ones, in processor time."""

from time import process_time

from journeys.checking import check
from journeys.loading import load_journey

PART = """\
  - choose: c{i}
    of:
      - when: active and quiz{i}.score >= 7 and (orders(last 30d).total >= 150 EUR or tag.vip)
        as: top
        do: [{{give: A{i}, valid: 30d}}]
      - when: active and quiz{i}.score >= 5
        as: good
        do: [{{give: B{i}, valid: 30d}}, {{points: p{i}, add: 5}}]
    otherwise: [{{show: s{i}}}]
  - play: quiz{i}
    within: 7d
  - wait: w{i}
    for: 1d
  - tag: t{i}
"""
HEAD = "journey: long\ncurrency: EUR\nlet: {active: crm.known and orders(last 90d).count >= 1}\nsteps:\n"


def long_file(steps: int) -> str:
    return HEAD + "".join(PART.format(i=i) for i in range(steps // 8))


def hostile(shift: int) -> str:
    """A condition of 4 000 letters whose parts all touch each other."""
    return " and ".join(
        f"(q{n * shift % 40}.score > {n % 7} or q{(n * 7 + shift) % 40}.score < {n % 9} or tag.t{n % 13})"
        for n in range(75)
    )


def seconds(text: str) -> float:
    began = process_time()
    load_journey(text, "j.yaml")
    return process_time() - began


def test_two_hundred_steps_are_read_and_checked_within_half_a_second():
    assert min(seconds(long_file(200)) for _ in range(3)) <= 0.5


def test_twice_the_steps_take_about_twice_the_time():
    once, twice = (min(seconds(long_file(steps)) for _ in range(2)) for steps in (200, 400))

    assert twice < 3.5 * once


def test_a_file_of_hostile_conditions_is_given_up_soon_and_nothing_false_is_said():
    choice = "  - choose: c{i}\n    of:\n      - {{when: {a}, as: a}}\n      - {{when: not ({b}), as: b}}\n"
    choices = (choice.format(i=i, a=hostile(i + 1), b=hostile(i + 2)) + "    otherwise: []\n" for i in range(12))
    journey = load_journey("journey: h\nsteps:\n" + "".join(choices), "j.yaml").journey
    assert journey

    began = process_time()

    assert check(journey) == ()
    assert process_time() - began < 3
