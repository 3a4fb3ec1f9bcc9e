"""A file of coupon codes: every fault is named with its line, and one fault refuses the whole file."""

from datetime import date

import pytest

from app.errors import Invalid
from app.services.rewards.codefile import bits_of, read_codes

TODAY = date(2026, 6, 15)
RANDOM = ["K7QM2ZX9PA", "4TWB8HN3RC", "YJ6D5VG1SE", "M0FQ9XK2LB", "8ZPA3CW7HT"]


@pytest.fixture
def read(tmp_path):
    """Read a text (or bytes) as a file of codes."""

    def read_text(content):
        file = tmp_path / "codes.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_codes(file, TODAY)

    return read_text


def faults(read, content):
    """(code of the fault, line) of everything that is wrong."""
    with pytest.raises(Invalid) as invalid:
        read(content)
    return [(problem.code, problem.line) for problem in invalid.value.problems]


def rows(*codes):
    return "code\n" + "\n".join(codes) + "\n"


def remarks(read, content):
    return [problem.code for problem in read(content).remarks]


def test_a_sound_file_is_read(read):
    assert [code.text for code in read(rows(*RANDOM)).codes] == RANDOM


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "import.empty"),
        ("code\n", "codes.none"),
        ("code", "codes.none"),
        ("code\n\n\n", "codes.none"),
        ("K7QM2ZX9PA\n4TWB8HN3RC\n", "codes.no_column"),
        ("coupon;value\nA;1\n", "codes.no_column"),
        (b"code\nA\x00B\n", "import.nul"),
        (b"code\n\xe9t\xe9\n", "import.encoding"),
        (b"\xff\xfec\x00o\x00d\x00e\x00", "import.format"),
        (b"PK\x03\x04 a spreadsheet", "import.format"),
        ('code\n"open\n', "import.quote"),
    ],
)
def test_a_file_that_is_none_is_refused(read, content, fault):
    assert faults(read, content)[0][0] == fault


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("1,23E+12", "codes.mangled"),
        ("1.23E+12", "codes.mangled"),
        ("1E+10", "codes.mangled"),
        ("9E-05", "codes.mangled"),
        ("=1+1", "codes.formula"),
        ("@SUM(A1)", "codes.formula"),
        ("+33612345678", "codes.formula"),
        ("-5", "codes.formula"),
        ("SUN\u041eNE", "codes.look_alike"),  # Cyrillic O
        ("SUN\u039f", "codes.look_alike"),  # Greek O
        ("ＳＵＮ", "codes.look_alike"),
        ("ÉTÉ", "codes.look_alike"),
        ("SU\tN", "codes.invisible"),
        ("SU\u200bN", "codes.invisible"),
        ("SU\u202eN", "codes.invisible"),
        ("SU\u00a0N", "codes.invisible"),
        ("x" * 65, "codes.too_long"),
        ('""', "codes.blank"),
        ("--", "codes.formula"),
    ],
)
def test_a_code_that_cannot_be_meant_is_refused_at_its_line(read, code, fault):
    quoted = code if code == '""' else f'"{code}"'

    assert faults(read, rows(RANDOM[0], quoted, RANDOM[1])) == [(fault, 3)]


@pytest.mark.parametrize("code", ["12E5", "1E10", "A=B", "SUN-10", "x" * 64, "SUN 10", "10%OFF"])
def test_a_code_that_only_looks_strange_is_taken(read, code):
    assert read(rows(*RANDOM, code)).codes[-1].text == code


@pytest.mark.parametrize("blanks", [" ", "\t", "\u00a0", "\u202f", "\ufeff", " \u00a0 "])
def test_blanks_around_a_code_are_taken_away_and_said(read, blanks):
    file = read(rows(*RANDOM, f"{blanks}SUN{blanks}"))

    assert file.codes[-1].text == "SUN"
    assert "codes.trimmed" in [problem.code for problem in file.remarks]


@pytest.mark.parametrize("again", ["SUN-1", "sun-1", "SUN1", "SUN 1"])
def test_a_code_given_twice_is_refused(read, again):
    assert faults(read, rows("SUN-1", *RANDOM, again)) == [("codes.repeated", 8)]


def test_the_first_twenty_faults_are_shown_and_all_are_counted(read):
    with pytest.raises(Invalid) as invalid:
        read(rows(*["=A"] * 50))

    problems = invalid.value.problems
    assert len(problems) == 20 + 20 + 1 + 1  # formulas and repeats, each with its count
    assert "50 rows in all are like this" in " ".join(map(str, problems))


def test_a_row_with_too_many_cells_is_refused(read):
    assert faults(read, "code,till\nA,1\nB,2,3\n") == [("import.ragged", 3)]


def test_other_columns_are_left_out_and_said(read):
    assert remarks(read, "Code ;till\n" + "".join(f"{code};1\n" for code in RANDOM)) == [
        "import.delimiter", "codes.other_column",
    ]  # fmt: skip


def test_a_code_that_has_expired_is_refused(read):
    content = "code,valid_to\nSUN,2026-06-15\nMOON,2026-06-14\nSTAR,soon\n"

    assert faults(read, content) == [("codes.expired", 3), ("codes.day", 4)]


def test_lost_zeros_are_suspected(read):
    assert "codes.zeros" in remarks(read, rows("8401937465", "31947582", "9918273645"))


def test_numbers_of_one_length_lost_no_zeros(read):
    assert "codes.zeros" not in remarks(read, rows("8401937465", "0031947582", "9918273645"))


@pytest.mark.parametrize(
    "codes",
    [
        [f"C{number:04}" for number in range(1, 60)],
        [f"SUMMER-{number}" for number in range(100, 900, 7)],
        ["10000001", "10000002", "10000003"],
        ["SUN"],
    ],
)
def test_codes_that_can_be_guessed_are_told(read, codes):
    assert "codes.guessable" in remarks(read, rows(*codes))


def test_random_codes_cannot_be_guessed(read):
    assert remarks(read, rows(*RANDOM)) == []


def test_the_warning_says_how_soon_a_guess_hits(read):
    warning = next(iter(read(rows(*(f"C{number:04}" for number in range(1, 101)))).remarks))

    assert (
        warning.message() == "the codes can be guessed: they differ by about 10 bits, so that one guess in 10 hits one"
    )


def test_bits_count_the_places_that_vary():
    assert bits_of(["C01", "C12", "C23"]) == pytest.approx(6.64, abs=0.01)
    assert bits_of(["AB", "CD", "EF"]) == pytest.approx(9.4, abs=0.01)


def test_every_fault_speaks_both_languages(read):
    with pytest.raises(Invalid) as invalid:
        read(rows("=A", "1,2E+3", "\u041e", "", '""', "x" * 65, "A", "a"))

    for problem in invalid.value.problems:
        assert problem.message("fr") != problem.message("en")
        assert "{" not in problem.text("fr") + problem.text("en")
