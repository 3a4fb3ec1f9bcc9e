"""Who would go where: as far as the facts reach, every label listed, coupons against stock."""

from datetime import timedelta

from journeys.facts import Facts, OrderLine
from journeys.simulation import simulate
from tests.journeys.made import NOON, chooses, journey

MADE = journey(
    """\
- choose: known
  of: [{when: crm.known, as: base, do: [{play: quiz}, {give: FIVE}]}]
  otherwise: [{show: hello}, {offer: club}, {points: p, add: 5}]
- wait: pause
  for: 1d
- show: last
""",
    "enter: {when: fan.of_age}",
)


def count(*facts: dict, assume: dict | None = None, stock: dict | None = None) -> dict:
    people = [(f"fan{n}", Facts(values)) for n, values in enumerate(facts)]
    return simulate(MADE, people, NOON, assume, stock).as_json()


def reached(counted: dict) -> dict:
    return {id: step["reached"] for id, step in counted["steps"].items() if step["reached"]}


def test_everything_is_listed_even_when_nobody_comes():
    assert count() == {
        "fans": 0,
        "entered": 0,
        "today": "2026-11-10",
        "steps": {
            "known": {"reached": 0, "branches": {"base": 0, "otherwise": 0}},
            "quiz": {"reached": 0, "branches": {}},
            "FIVE": {"reached": 0, "branches": {}},
            "hello": {"reached": 0, "branches": {}},
            "club": {"reached": 0, "branches": {}},
            "p": {"reached": 0, "branches": {}},
            "pause": {"reached": 0, "branches": {}},
            "last": {"reached": 0, "branches": {}},
        },
        "coupons": {"FIVE": {"given": 0, "stock": None, "runs_out_on": None}},
    }


def test_who_may_not_enter_is_looked_at_and_not_led():
    counted = count({}, {"fan.of_age": False}, {"fan.of_age": True})

    assert (counted["fans"], counted["entered"]) == (3, 1)


def test_a_person_stops_at_the_first_game_whose_result_is_not_on_file():
    assert reached(count({"fan.of_age": True, "crm.known": True})) == {"known": 1, "quiz": 1}


def test_a_result_on_file_leads_on_to_the_wait():
    counted = count({"fan.of_age": True, "crm.known": True, "quiz.score": 3})

    assert reached(counted) == {"known": 1, "quiz": 1, "FIVE": 1, "pause": 1}


def test_an_offer_is_passed_only_by_who_has_joined():
    assert "p" not in reached(count({"fan.of_age": True}))
    assert "p" in reached(count({"fan.of_age": True, "program.club": True}))


def test_what_is_assumed_is_true_of_everybody():
    counted = count({}, {"fan.of_age": False}, assume={"fan.of_age": True, "crm.known": True})

    assert counted["entered"] == 2
    assert counted["steps"]["known"]["branches"] == {"base": 2, "otherwise": 0}


def test_coupons_are_given_until_the_stock_is_out():
    people = [{"fan.of_age": True, "crm.known": True, "quiz.won": True}] * 3

    counted = count(*people, stock={"FIVE": 2})

    assert counted["coupons"] == {"FIVE": {"given": 2, "stock": 2, "runs_out_on": "2026-11-10"}}
    assert counted["steps"]["pause"]["reached"] == 3


def test_an_event_on_file_ends_its_wait():
    made = journey("- wait: visit\n  event: shop.visited\n" + chooses("visit.came", "came"))

    counted = simulate(made, [("a", Facts({"visit.came": True})), ("b", Facts())], NOON).as_json()

    assert counted["steps"]["c"] == {"reached": 1, "branches": {"came": 1, "otherwise": 0}}


def test_a_draft_can_be_tried_outside_its_dates():
    made = journey("- show: a\n", "open: {from: 2027-01-01}")

    assert simulate(made, [("a", Facts())], NOON).entered == 1


def test_orders_decide_too():
    made = journey(chooses("orders(last 90d).count >= 1", "active"))
    people = [(str(days), Facts({}, [OrderLine(NOON - timedelta(days=days), 100)])) for days in (0, 89, 90)]

    assert simulate(made, people, NOON).as_json()["steps"]["c"]["branches"] == {"active": 2, "otherwise": 1}
