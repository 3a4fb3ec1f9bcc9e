"""The strict YAML reader: what it keeps as text, what it refuses, and where it points."""

import time
from decimal import Decimal

import pytest

from journeys.yamlfile import Document, Scalar, read_yaml


def read(source: bytes | str) -> Document:
    found = read_yaml(source, "f.yaml")
    assert isinstance(found, Document), [str(problem) for problem in found]
    return found


def refusals(source: bytes | str) -> list[tuple[str, int, int]]:
    found = read_yaml(source, "f.yaml")
    assert isinstance(found, tuple), found.plain()
    return [(problem.code, problem.line, problem.col) for problem in found]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("01000", "01000"),
        ("0777", "0777"),
        ("21:00", "21:00"),
        ("12:30:45", "12:30:45"),
        ("2026-11-02", "2026-11-02"),
        ("1_000", "1_000"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("0", 0),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("12.50", Decimal("12.50")),
        ("1e3", Decimal("1e3")),
        (".5", Decimal("0.5")),
        ("-", "-"),
        (".", "."),
        ("e5", "e5"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
    ],
)
def test_a_word_is_read_as_yaml_1_2_means_it(written: str, read_as: object):
    found = read(f"a: {written}\n" if written != "-" else "a: '-'").plain()["a"]

    assert found == read_as
    assert type(found) is type(read_as)


def test_names_are_texts_and_keep_their_order():
    assert list(read("on: 1\n12: 2\nno: 3\n").plain()) == ["on", "12", "no"]


ALMOST = "a: &x [1]\nb: *x\nc: {<<: *x}\n"
LAUGHS = "a: &a [x,x,x]\n" + "".join(
    f"{n}: &{n} [*{m},*{m},*{m}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("steps: []\na: 1\nsteps: []\n", [("yaml.duplicate_key", 3, 1)]),
        ("a: {b: 1, 'b': 2}\n", [("yaml.duplicate_key", 1, 11)]),
        ("a:\n\tb: 1\n\tc: 2\n", [("yaml.tab", 2, 1), ("yaml.tab", 3, 1)]),
        (ALMOST, [("yaml.alias", 1, 4), ("yaml.alias", 2, 4), ("yaml.merge", 3, 5), ("yaml.alias", 3, 9)]),
        ("a: !!python/object/apply:os.system [ls]\n", [("yaml.tag", 1, 4)]),
        ("a: !foo b\n", [("yaml.tag", 1, 4)]),
        ("%YAML 1.1\n---\na: 1\n", [("yaml.directive", 1, 1)]),
        ("a: 1\n---\nb: 1\n", [("yaml.two_documents", 2, 1)]),
        ("a: .nan\nb: -.inf\n", [("yaml.number", 1, 4), ("yaml.number", 2, 4)]),
        (f"a: {'9' * 5000}\n", [("yaml.number", 1, 4)]),
        ("a: 1e999999999\n", [("yaml.number", 1, 4)]),
        ("a: b\0c\n", [("yaml.hidden_character", 1, 5)]),
        ("a: b\u202ec\n", [("yaml.hidden_character", 1, 5)]),
        ('a: "b\\0c"\n', [("yaml.hidden_character", 1, 4)]),
        ('a: "\\u202E"\n', [("yaml.hidden_character", 1, 4)]),
        ("a: b\ud800c\n", [("yaml.hidden_character", 1, 5)]),
        ('a: "\\ud800"\n', [("yaml.syntax", 1, 7)]),
        ("", [("yaml.empty", 1, 1)]),
        ("# only words\n", [("yaml.empty", 1, 1)]),
        ("~\n", [("yaml.empty", 1, 1)]),
        ("- a\n- b\n", [("yaml.not_a_mapping", 1, 1)]),
        ("just words\n", [("yaml.not_a_mapping", 1, 1)]),
        ("a: b: c\n", [("yaml.syntax", 1, 5)]),
        ("a: 'open\nb: 1\n", [("yaml.syntax", 1, 4)]),
        ("a: @x\n", [("yaml.syntax", 1, 4)]),
        ("? [a]\n: b\n", [("yaml.key_not_text", 1, 3)]),
        ("~: b\n", [("yaml.key_not_text", 1, 1)]),
        (b"a: \xe9t\xe9\n", [("yaml.not_utf8", 1, 4)]),
        ("a: b\n".encode("utf-16"), [("yaml.not_utf8", 1, 1)]),
        (b"a: " + b"x" * 5_000_000, [("yaml.too_big", 1, 1)]),
    ],
)
def test_what_is_refused_is_pointed_at(source: bytes | str, expected: list[tuple[str, int, int]]):
    assert refusals(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        LAUGHS,
        "a: [" + "*b," * 80_000 + "]",
        "[" * 50_000,
        "a: " + "[" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "{a: " * 60_000,
        "&" * 200_000,
        "a: [" + "1," * 100_000 + "]",
        "".join(f"k{n}: 1\n" for n in range(20_100)),
        "k: 1\n" * 50_000,
        'a: "' + "\\x41" * 60_000,
        "\t\n" * 120_000,
        "\0" * 260_000,
        "a: " + "(" * 260_000,
        "a:\n" + " " * 260_000,
        "!" * 250_000,
        "a: |\n" + " \n" * 120_000,
        bytes(range(256)) * 1000,
    ],
    ids=range(19),
)
def test_a_hostile_file_is_answered_within_a_second(source: bytes | str):
    began = time.process_time()

    read_yaml(source, "f.yaml")

    assert time.process_time() - began < 1.0


def test_a_duplicate_name_is_told_with_both_lines():
    (problem,) = read_yaml("steps: []\na: 1\nsteps: []\n", "f.yaml")

    assert problem.message() == "line 3: 'steps' already given on line 1"


def test_forty_levels_are_read_and_one_more_is_not():
    assert isinstance(read_yaml("a: " + "[" * 39 + "]" * 39, "f"), Document)
    assert isinstance(read_yaml("a: " + "[" * 40 + "]" * 40, "f"), tuple)


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter():
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").plain() == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        (("steps",), True, (2, 1)),
        (("steps", 1, "give"), False, (4, 11)),
        (("steps", 1, "give"), True, (4, 5)),
        (("steps", 0), False, (3, 5)),
        (("steps", 9, "give"), False, (3, 3)),
        (("nowhere",), False, (1, 1)),
    ],
)
def test_a_path_has_its_place_in_the_file(path: tuple[str | int, ...], key: bool, place: tuple[int, int]):
    document = read("journey: j\nsteps:\n  - show: x\n  - give: FIVE\n")

    assert document.position(path, key) == place


@pytest.mark.parametrize(
    ("written", "word", "place"),
    [
        ("when: crm.known and here\n", "here", (1, 21)),
        ('when: "crm.known and here"\n', "here", (1, 22)),
        ('when: "\\x63rm.known \\\n  and here"\n', "here", (2, 7)),
        ("when: 'it''s here'\n", "here", (1, 14)),
        ("when: crm.known\n  and\n  here\n", "here", (3, 3)),
        ("when: >-\n  crm.known\n  and here\n", "here", (3, 7)),
        ("when: |\n  crm.known\n\n  and here\n", "here", (4, 7)),
        ("when: 'a\n\n\n  here'\n", "here", (4, 3)),
    ],
)
def test_a_letter_inside_a_text_has_its_place(written: str, word: str, place: tuple[int, int]):
    scalar = read(written).root.get("when")
    assert isinstance(scalar, Scalar)

    assert scalar.at(scalar.text.index(word)) == place
