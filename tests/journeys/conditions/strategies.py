"""Random conditions and random people: few names and few values, so that they meet often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Scope
from journeys.conditions.tree import FieldOf, History, LineFilter, Look, Not, Test, Window, all_of, any_of
from journeys.facts import Money, OrderLine

DECLARED = (
    Field("crm.tier", "choice", choices=("silver", "gold")),
    Field("crm.city", "text"),
    Field("crm.height", "decimal"),
    Field("crm.spent", "money"),
    Field("crm.born_on", "date"),
    Field("crm.likes", "set"),
)
SCOPE = Scope(
    catalogue=builtin_catalogue().with_fields(DECLARED), currency="EUR", objects={"quiz": "game", "buy": "wait"}
)
ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Paris", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Beirut")
]
# Month ends, changes of the clocks (at midnight too), leap days, a day that Samoa skipped.
CORNERS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 11, 30, 23, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
    datetime(2009, 11, 1, 2, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2023, 4, 27, 22, tzinfo=UTC),
    datetime(2022, 3, 26, 22, tzinfo=UTC),
]
NAMES = ["café", "cafe\u0301", " café ", "fibre", "", "Fibre"]
LITERAL_NAMES = ["café", "fibre", "Fibre", 'a "b" \\ c']

cents = st.integers(-3, 12).map(lambda n: n * 500)
money = cents.map(lambda n: Money(n, "EUR"))
wholes = st.integers(-1, 4)
decimals = st.sampled_from([Decimal("0.5"), 1, Decimal("1.75"), 2])
durations = st.one_of(st.integers(0, 40).map(lambda n: timedelta(days=n)), st.sampled_from([timedelta(hours=36)]))
days = st.sampled_from([corner.date() for corner in CORNERS]).flatmap(
    lambda day: st.integers(-2, 2).map(lambda n: day + timedelta(days=n))
)
literal_texts = st.sampled_from(LITERAL_NAMES)

# field -> (literals it is compared with, values people have, may it be ordered)
FIELDS = {
    "fan.of_age": (st.booleans(), st.booleans(), False),
    "crm.known": (st.booleans(), st.booleans(), False),
    "tag.vip": (st.booleans(), st.booleans(), False),
    "buy.came": (st.booleans(), st.booleans(), False),
    "quiz.score": (st.one_of(wholes, decimals), wholes, True),
    "visit.count": (wholes, wholes, True),
    "crm.height": (decimals, decimals, True),
    "crm.spent": (money, st.one_of(money, cents.map(lambda n: Money(n, "USD"))), True),
    "crm.born_on": (days, days, True),
    "fan.known_for": (durations, durations, True),
    "crm.tier": (st.sampled_from(["silver", "gold"]), st.sampled_from(["silver", "gold", ""]), False),
    "crm.city": (literal_texts, st.sampled_from(NAMES), False),
    "now.hour": (st.integers(0, 23), None, True),
    "now.weekday": (st.sampled_from(["monday", "sunday"]), None, False),
}
MEASURED = {
    "count": wholes,
    "distinct_categories": wholes,
    "total": money,
    "average": st.one_of(money, st.just(Money(1667, "EUR"))),
    "biggest": money,
    "age": durations,
    "first_age": durations,
    "interval": durations,
}

windows = st.one_of(
    st.none(),
    st.builds(Window, st.just("days"), st.integers(0, 40)),
    st.builds(Window, st.just("hours"), st.integers(0, 60)),
    st.builds(lambda a, b: Window("dates", first=a, last=b), days, days),
    st.sampled_from([Window("entry"), Window("month"), Window("year")]),
)
line_filters = st.one_of(
    st.just(()),
    literal_texts.map(lambda t: (LineFilter("category", t),)),
    st.tuples(
        st.builds(LineFilter, st.just("category"), literal_texts), st.builds(LineFilter, st.just("shop"), literal_texts)
    ),
)
looks = st.builds(Look, windows, line_filters, st.one_of(st.none(), money), st.booleans())


@st.composite
def tests(draw):
    """One test of a field or of the orders."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(MEASURED)))
        subject, literals, ordered, yes_no = History(draw(looks), name), MEASURED[name], True, False
    else:
        name = draw(st.sampled_from(sorted(FIELDS)))
        literals, _, ordered = FIELDS[name]
        subject, yes_no = FieldOf(name), name in ("fan.of_age", "crm.known", "tag.vip", "buy.came")
    words = ["==", "!=", "in", "known", "unknown"] + ["<", "<=", ">", ">=", "between"] * ordered + ["yes"] * 3 * yes_no
    words += ["contains"] * (name == "crm.city")
    word = draw(st.sampled_from(words))
    many = {"in": draw(st.integers(1, 3)), "between": 2, "known": 0, "unknown": 0, "yes": 0}.get(word, 1)
    return Test(word, subject, tuple(draw(literals) for _ in range(many)))


sets = st.builds(Test, st.just("contains"), st.just(FieldOf("crm.likes")), st.tuples(literal_texts))
trees = st.recursive(
    st.one_of(tests(), tests(), tests(), sets),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: all_of(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: any_of(tuple(parts))),
    ),
    max_leaves=6,
)

minutes = st.sampled_from([-1500, -61, -30, -1, 0, 1, 29, 60, 90, 1500]).map(lambda n: timedelta(minutes=n))
nows = st.builds(lambda corner, later: corner + later, st.sampled_from(CORNERS), minutes)
names = st.sampled_from([None, *NAMES])


@st.composite
def people(draw):
    """(values, order lines, now, zone, entered_at) of one person."""
    now, zone = draw(nows), draw(st.sampled_from(ZONES))
    values = {n: draw(v) for n, (_, v, _) in FIELDS.items() if v is not None and draw(st.integers(0, 3))}
    if draw(st.booleans()):
        values["crm.likes"] = frozenset(draw(st.lists(st.sampled_from(NAMES), max_size=2)))
    ago = st.one_of(
        st.integers(-2, 45).map(lambda n: timedelta(days=n)), st.integers(-30, 3000).map(lambda n: timedelta(minutes=n))
    )
    order_ids = st.sampled_from([None, "a", "b", "c"])
    lines = st.builds(
        lambda ago, amount, order_id, category, shop: OrderLine(now - ago, amount, order_id, category, shop=shop),
        *(ago, cents, order_ids, names, names),
    )
    entered = draw(st.one_of(st.none(), ago.map(lambda a: now - a)))
    return values, draw(st.lists(lines, max_size=6)), now, zone, entered
