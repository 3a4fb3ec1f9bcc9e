"""Shares are stable, near what was asked, and `control` keeps the last ones."""

from collections import Counter

import pytest

from journeys.facts import Facts
from journeys.verbs.branching import Split, share_point
from tests.journeys.made import came_in, journey

SPLIT = "- split: s\n  into:\n    - {share: 10, as: control}\n    - {share: 45.5, as: a}\n    - {share: 44.5, as: b}\n"


def test_a_point_is_the_head_of_an_md5_modulo_ten_thousand():
    assert share_point("j", "s", "ada") == 8602


@pytest.mark.parametrize(
    ("point", "label"), [(0, "a"), (4549, "a"), (4550, "b"), (8999, "b"), (9000, "control"), (9999, "control")]
)
def test_shares_lie_between_their_boundaries_with_control_last(point: int, label: str):
    (split,) = journey(SPLIT).steps
    assert isinstance(split, Split)

    assert split.drawn(point).label == label


def test_shares_are_near_what_was_asked():
    (split,) = journey(SPLIT).steps
    assert isinstance(split, Split)

    drawn = Counter(split.drawn(share_point("j", "s", f"fan{n}")).label for n in range(20_000))

    assert drawn["a"] == pytest.approx(9100, rel=0.03)
    assert drawn["b"] == pytest.approx(8900, rel=0.03)
    assert drawn["control"] == pytest.approx(2000, rel=0.06)


def test_a_share_on_file_is_kept():
    assert "s/b" in came_in(journey(SPLIT), Facts({"s.share": "b"})).trail
