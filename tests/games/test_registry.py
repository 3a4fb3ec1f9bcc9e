"""Finding games, and reading their files: what is wrong is said at once, at its place, in two languages."""

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from games import registry, vote
from games.faults import KINDS
from games.registry import GAMES, Registry, file_schema, gathered, read_definition, read_game
from games.vote import Vote

QUIZ = {
    "title": {"en": "T", "fr": "T"},
    "questions": [
        {
            "id": "one",
            "text": "Q",
            "choices": [{"id": "a", "text": "A", "right": True}, {"id": "b", "text": "B"}],
        }
    ],
}
VOTE = {"title": "T", "question": "Q", "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}
CHOICES = QUIZ["questions"][0]["choices"]
THIRD = {"id": "c", "text": "C"}


def question(**changes):
    return {**QUIZ, "questions": [{**QUIZ["questions"][0], **changes}]}


FAULTS = [
    ("quiz", {**QUIZ, "pas": 1}, ("pas",), "game.unknown_key"),
    ("quiz", {**QUIZ, 7: 1}, (7,), "game.unknown_key"),
    ("quiz", {"title": "T"}, ("questions",), "game.missing_key"),
    ("quiz", {**QUIZ, "title": ["T"]}, ("title",), "game.text_wanted"),
    ("quiz", {**QUIZ, "title": True}, ("title",), "game.text_wanted"),
    ("quiz", {**QUIZ, "title": "  "}, ("title",), "game.text_empty"),
    ("quiz", {**QUIZ, "title": "x" * 2001}, ("title",), "game.text_long"),
    ("quiz", {**QUIZ, "title": "a\u202eb"}, ("title",), "game.text_hidden"),
    ("quiz", {**QUIZ, "title": "a\0b"}, ("title",), "game.text_hidden"),
    ("quiz", {**QUIZ, "title": {"en": "T"}}, ("title",), "game.text_missing"),
    ("quiz", {**QUIZ, "title": {"english": "T"}}, ("title",), "game.text_language"),
    ("quiz", {**QUIZ, "title": {}}, ("title",), "game.text_language"),
    ("quiz", {**QUIZ, "pick": 2}, ("pick",), "game.too_many"),
    ("quiz", {**QUIZ, "pick": 0}, ("pick",), "game.too_few"),
    ("quiz", {**QUIZ, "pick": True}, ("pick",), "game.number_wanted"),
    ("quiz", {**QUIZ, "pass": "1"}, ("pass",), "game.number_wanted"),
    ("quiz", {**QUIZ, "pass": 2}, ("pass",), "game.too_many"),
    ("quiz", {**QUIZ, "feedback": "ful"}, ("feedback",), "game.word_wanted"),
    ("quiz", {**QUIZ, "questions": "Q"}, ("questions",), "game.list_wanted"),
    ("quiz", {**QUIZ, "questions": []}, ("questions",), "game.too_few"),
    ("quiz", {**QUIZ, "questions": ["Q"]}, ("questions", 0), "game.keys_wanted"),
    ("quiz", {**QUIZ, "questions": QUIZ["questions"] * 2}, ("questions", 1, "id"), "game.same_id"),
    ("quiz", question(id="One"), ("questions", 0, "id"), "game.id"),
    ("quiz", question(several="yes"), ("questions", 0, "several"), "game.yes_no_wanted"),
    ("quiz", question(image="sea.jpg", alt="Sea"), ("questions", 0, "image"), "game.id"),
    ("quiz", question(image="sea"), ("questions", 0, "image"), "game.picture_without_words"),
    ("quiz", question(choices=CHOICES[1:]), ("questions", 0, "choices"), "game.too_few"),
    ("quiz", question(choices=[CHOICES[0]] * 2), ("questions", 0, "choices", 1, "id"), "game.same_id"),
    ("quiz", question(choices=[CHOICES[1], THIRD]), ("questions", 0, "choices"), "game.no_right_answer"),
    ("quiz", question(choices=[CHOICES[0], {**CHOICES[0], "id": "c"}]), ("questions", 0), "game.several_right"),
    ("quiz", question(choices=[CHOICES[0], {"id": "c"}]), ("questions", 0, "choices", 1, "text"), "game.missing_key"),
    ("vote", {**VOTE, "at_most": 3}, ("at_most",), "game.too_many"),
    ("vote", {**VOTE, "at_least": 2}, ("at_least",), "game.too_many"),
    ("vote", {**VOTE, "choices": [VOTE["choices"][0]] * 2}, ("choices", 1, "id"), "game.same_id"),
    ("vote", {**VOTE, "results": "never"}, ("results",), "game.word_wanted"),
    ("quizz", {}, ("game",), "game.kind"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data", "path", "code"), FAULTS)
def test_a_mistake_is_told_once_at_its_place(kind, data, path, code):
    faults = read_definition(kind, data, ("en", "fr"))

    assert [(fault.path, fault.code) for fault in faults] == [(path, code)]


def test_all_mistakes_are_told_at_once():
    faults = read_definition("quiz", {"titel": "T", "pick": "two", "questions": [{"id": "q"}]})

    assert {fault.path for fault in faults} == {
        ("title",), ("titel",), ("pick",), ("questions", 0, "text"), ("questions", 0, "choices"),
    }  # fmt: skip


def test_a_misspelt_key_gets_its_nearest_neighbour():
    (fault,) = read_definition("quiz", question(explication="E"))

    assert fault.at_key
    assert "did you mean “explanation”?" in fault.hint("en")
    assert "vouliez-vous dire « explanation » ?" in fault.hint("fr")


def test_a_text_missing_in_a_language_is_named():
    (fault,) = read_definition("vote", {**VOTE, "title": {"de": "T"}}, ("en", "fr"))

    assert fault.message("fr") == "« title » n'a pas de texte en : en, fr"


def test_a_plain_text_serves_all_languages():
    assert read_definition("vote", VOTE, ("en", "fr")).title == "T"


def test_a_number_is_taken_as_a_text_where_a_text_is_wanted():
    assert read_definition("vote", {**VOTE, "title": 2027}).title == "2027"


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_mistake_is_said_in_both_languages(code):
    en, fr, hint_en, hint_fr = KINDS[code]

    assert en
    assert fr
    assert en != fr
    assert bool(hint_en) == bool(hint_fr)


@pytest.mark.parametrize("kind", GAMES)
def test_a_games_file_names_its_kind(kind):
    game, definition = read_game({"game": kind, **GAMES[kind].example()})

    assert game is GAMES[kind]
    assert isinstance(definition, game.Definition)


@pytest.mark.parametrize("document", [None, [], "quiz", 3, {}, {"game": None}, {"game": ["quiz"]}, {"game": "poll"}])
def test_a_file_that_is_no_game_is_a_fault_not_a_crash(document):
    (fault,) = read_game(document)

    assert fault.code in {"game.not_mapping", "game.missing_key", "game.kind"}


@pytest.mark.parametrize("kind", GAMES)
def test_a_definition_has_a_json_schema(kind):
    schema = GAMES[kind].json_schema()

    assert json.loads(json.dumps(schema)) == schema
    assert set(GAMES[kind].example()) <= set(schema["properties"])


@pytest.mark.parametrize("kind", GAMES)
def test_the_schema_of_a_file_asks_for_its_kind(kind):
    schema = file_schema(kind)

    assert schema["properties"]["game"] == {"const": kind}
    assert schema["required"][0] == "game"


def test_line_ends_of_a_form_become_plain_ones():
    assert read_definition("vote", {**VOTE, "title": "one\r\ntwo\r\n"}).title == "one\ntwo"


def test_a_definition_cannot_be_changed():
    definition = read_definition("vote", VOTE)

    with pytest.raises(ValueError, match="frozen"):
        definition.title = "other"


class Bingo(Vote):
    id = "bingo"


BINGO = Bingo()


def test_a_package_adds_a_game_by_entry_point(monkeypatch):
    point = EntryPoint("bingo", f"{__name__}:BINGO", registry.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: BINGO)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])

    assert list(Registry()) == ["quiz", "vote", "bingo"]


def test_a_package_cannot_take_over_a_built_in_game():
    with pytest.raises(ValueError, match="two games are called 'vote'"):
        gathered([vote.GAME], [Vote()])


@pytest.mark.parametrize("game", GAMES.values(), ids=lambda game: game.id)
def test_every_game_has_its_template(game):
    assert (Path(__file__).parents[2] / "templates" / game.template).is_file()
