"""Whatever is wrong with a file is said in words, with its place; a broken file changes nothing."""

import duckdb
import pytest
from sqlalchemy import func, select

from app.errors import Invalid
from app.models import Contact

HEAD = "external_id,email,first_name,phone\n"
# what is wrong with the whole file: content, code, line, a part of the message
BROKEN = [
    (
        "latin-1",
        b"external_id,first_name\n7,Andr\xe9\n",
        "import.encoding",
        2,
        "not UTF-8 at byte 29; choose Windows-1252?",
    ),
    ("cut short", b"external_id,first_name\n7,Andr\xc3", "import.encoding", 2, "not UTF-8"),
    ("open quote", b'external_id,first_name\n7,"Ada\n8,Bob\n', "import.quote", 2, "row 2: quote not closed"),
    ("text after a quote", b'external_id,first_name\n7,"A"da\n', "import.stray_quote", 2, "row 2"),
    ("NUL", b"external_id,first_name\n7,A\0da\n", "import.nul", 2, "NUL byte stands at byte 26"),
    ("endless cell", b"external_id,first_name\n7," + b"a" * 131_073 + b"\n", "import.long_cell", 2, "cell too long"),
    ("endless first row", b"a" * 131_073 + b"\n", "import.long_cell", 1, "row 1: cell too long"),
    ("nothing", b"", "import.empty", 1, "empty"),
    ("only line ends", b"\n\n", "import.empty", 1, "empty"),
    ("UTF-16", "external_id\n7".encode("utf-16"), "import.format", 1, "UTF-16"),
    ("XLSX", b"PK\x03\x04....", "import.format", 1, "spreadsheet"),
    ("false Parquet", b"PAR1....PAR1", "import.unreadable", 1, "cannot be read"),
    ("misspelt header", b"external_id,emial\n7,a\n", "import.header.unknown", 1, "“emial”"),
    ("missing header", b"email\na@example.org\n", "import.header.missing", 1, "“external_id” is missing"),
    ("header twice", b"external_id,email,E-mail\n7,,\n", "import.header.twice", 1, "columns 2 and 3"),
    ("header without a name", b"external_id,\n7,\n", "import.header.empty", 1, "column 2"),
]
# what is wrong with one row: cells under HEAD, code, column, a part of the message
BAD_ROWS = [
    ("7,nobody,,", "import.email", 2, "@"),
    ("7,a@b,,", "import.email", 2, "period"),
    ('7,"Bcc: x\n@example.org",,', "import.email", 2, "invalid characters"),
    ("7,a\u200bb@example.org,,", "import.email", 2, "ZERO WIDTH"),
    ("7,,,12", "import.phone", 4, "no such number"),
    ("7,,,0899123456", "import.phone", 4, "premium-rate"),
    ("7,,A\u202eda,", "import.text", 3, "U+202E"),
    ('7,,"A\nda",', "import.text", 3, "U+000A"),
    (f"7,,{'a' * 201},", "import.too_long", 3, "201 characters; at most 200"),
    (",,Ada,", "import.needed", 1, "“external_id” is empty"),
    ("7,,Ada", "import.ragged", 1, "3 cells, the header has 4"),
    ("7,,Ada,,,", "import.ragged", 1, "6 cells"),
]


def errors(report):
    return [problem for problem in report.problems if problem.level == "error"]


@pytest.mark.parametrize(("content", "code", "line", "said"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN])
def test_a_broken_file_is_refused_whole(tx, imported, content, code, line, said):
    with pytest.raises(Invalid) as refused:
        imported("contacts", content)

    [problem] = refused.value.problems
    assert (problem.code, problem.line) == (code, line)
    assert said in problem.message()
    assert problem.message("fr") != problem.message("en")
    assert tx.scalar(select(func.count(Contact.id))) == 0


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named_and_the_next_one_comes_in(tx, make, imported, case):
    cells, code, col, said = case
    make.its_brand.country = "FR"

    report = imported("contacts", f"{HEAD}{cells}\n8,zoe@example.org,Zoe,06 12 34 56 78\n")

    [problem] = errors(report)
    assert (problem.code, problem.line, problem.col) == (code, 2, col)
    assert said in problem.message()
    assert tx.scalars(select(Contact.external_id)).all() == ["8"]


def test_every_bad_cell_of_a_row_is_named(imported):
    report = imported("contacts", f"{HEAD}7,nobody,{'a' * 201},12\n")

    assert [problem.col for problem in errors(report)] == [2, 3, 4]


def test_lines_are_counted_as_an_editor_does_also_after_a_cell_with_line_ends(imported):
    report = imported("contacts", 'external_id,email,consent_text\n7,,"one\ntwo"\n8,nobody,\n')

    assert ("import.email", 4) in [(problem.code, problem.line) for problem in errors(report)]


def test_a_misspelt_header_is_guessed(imported):
    with pytest.raises(Invalid) as refused:
        imported("contacts", "external_id,emial\n7,\n")

    assert refused.value.problems[0].hint() == "did you mean “email”?"
    assert refused.value.problems[0].hint("fr") == "vouliez-vous dire « email » ?"


def test_every_wrong_header_is_named_at_once(imported):
    with pytest.raises(Invalid) as refused:
        imported("contacts", "emial,fist_name,email,email\n,,,\n")

    assert len(refused.value.problems) == 4


def test_windows_1252_is_read_when_chosen(tx, imported):
    report = imported("contacts", b"external_id,first_name\n7,Andr\xe9\n", encoding="windows-1252")

    assert tx.scalars(select(Contact.first_name)).all() == ["André"]
    assert "import.read_as" in [problem.code for problem in report.problems]


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_another_separator_is_found_and_shown(tx, imported, mark, name):
    report = imported("contacts", f"external_id{mark}first_name\n7{mark}Ada\n")

    assert tx.scalars(select(Contact.first_name)).all() == ["Ada"]
    assert name in report.problems[0].message()


def test_a_byte_order_mark_is_no_part_of_the_first_header(tx, imported):
    imported("contacts", b"\xef\xbb\xbfexternal_id,first_name\r\n7,Ada\r\n")

    assert tx.scalars(select(Contact.first_name)).all() == ["Ada"]


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd", "-cmd"])
def test_a_formula_comes_in_as_text_and_is_flagged(tx, imported, formula):
    report = imported("contacts", f'external_id,first_name\n7,"{formula}"\n')

    assert tx.scalars(select(Contact.first_name)).all() == [formula]
    assert (report.counts, report.errors) == ({"import.formula": 1}, 0)


def test_arabic_digits_make_a_telephone_number(tx, make, imported):
    make.its_brand.country = "FR"

    imported("contacts", "external_id,phone\n7,٠٦١٢٣٤٥٦٧٨\n")

    assert tx.scalars(select(Contact.phone)).all() == ["+33612345678"]


def test_a_missing_file_is_said_so(imported, tmp_path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(Invalid, match="cannot be read"):
        imported("contacts", tmp_path / "folder")


def test_parquet_comes_in_like_csv(tx, imported, tmp_path):
    path = tmp_path / "people.parquet"
    duckdb.sql(f"COPY (SELECT 7 AS external_id, 'Ada' AS first_name, NULL AS email) TO '{path}' (FORMAT parquet)")

    imported("contacts", path)

    assert tx.execute(select(Contact.external_id, Contact.first_name, Contact.email)).all() == [("7", "Ada", None)]


def test_a_saved_mapping_renames_the_headers(tx, imported):
    imported("contacts", "Kunde,Vorname\n7,Ada\n", mapping={"Kunde": "external_id", "Vorname": "first_name"})

    assert tx.scalars(select(Contact.first_name)).all() == ["Ada"]
