"""The quiz: what it asks, what it counts, what it tells."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.luck import Luck
from games.quiz import GAME
from games.registry import read_definition

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def asked(name, right, several=False):
    """A question with the choices a, b and c."""
    choices = [{"id": choice, "text": choice.upper(), "right": choice in right} for choice in "abc"]
    return {"id": name, "text": name, "several": several, "choices": choices, "explanation": f"why {name}"}


def quiz(*questions, **more):
    """The definition of a quiz."""
    return read_definition("quiz", {"title": "T", "questions": list(questions), **more})


TWO = quiz(asked("one", "a"), asked("two", "bc", several=True))
FRESH = {"asked": ["one", "two"], "answers": []}
HALF = {"asked": ["one", "two"], "answers": [["a"]]}
DONE = {"asked": ["one", "two"], "answers": [["a"], ["b", "c"]]}


def play(state, definition=TWO, **move):
    return GAME.play(definition, state, move, Luck(1), NOON)


REFUSED = [
    (FRESH, {"move": "1", "question": "one", "answer": "z"}, "unknown_choice", "answer"),
    (FRESH, {"move": "1", "question": "two", "answer": "b"}, "other_question", "question"),
    (FRESH, {"move": "2", "question": "two", "answer": "b"}, "out_of_order", "move"),
    (HALF, {"move": "1", "question": "one", "answer": "b"}, "stale_move", "move"),
    (HALF, {"move": "2", "question": "one", "answer": "b"}, "other_question", "question"),
    (DONE, {"move": "2", "question": "two", "answer": "b"}, "game_over", None),
    (FRESH, {"move": "1", "question": "one"}, "no_answer", "answer"),
    (FRESH, {"move": "1", "question": "one", "answer": ""}, "missing_field", "answer"),
    (HALF, {"move": "2", "question": "two", "answer": []}, "no_answer", "answer"),
    (FRESH, {"move": "1", "question": "one", "answer": ["a"]}, "one_value_wanted", "answer"),
    (FRESH, {"move": ["1"], "question": "one", "answer": "a"}, "one_value_wanted", "move"),
    (HALF, {"move": "2", "question": "two", "answer": ["b", "b"]}, "sent_twice_in_one", "answer"),
    (HALF, {"move": "2", "question": "two", "answer": ["a"] * 51}, "too_many_values", "answer"),
    (FRESH, {"move": "1", "question": "one", "answer": "a" * 201}, "too_long", "answer"),
    (FRESH, {"move": "1", "question": "one", "answer": {"id": "a"}}, "not_text", "answer"),
    (FRESH, {"move": "one", "question": "one", "answer": "a"}, "not_a_move_number", "move"),
    (FRESH, {"move": "\u0661", "question": "one", "answer": "a"}, "not_a_move_number", "move"),
    (FRESH, {"move": "1", "question": "one", "answer": "a", "score": "99"}, "unknown_field", "score"),
    (FRESH, {"move": "1", "question": "one", "answer": "a", "is_correct": "1"}, "unknown_field", "is_correct"),
    (FRESH, {"move": "1", "question": "one", "answer": "a", "fan_id": "x"}, "unknown_field", "fan_id"),
    (FRESH, {str(n): "x" for n in range(21)}, "too_many_fields", None),
]


@pytest.mark.parametrize(("state", "move", "code", "field"), REFUSED)
def test_a_bad_answer_is_refused_with_its_code_and_field(state, move, code, field):
    refused = play(state, **move)

    assert (refused.code, refused.field) == (code, field)


def test_an_unknown_field_is_named_in_both_languages():
    refused = play(FRESH, move="1", question="one", answer="a", is_correct="1")

    assert refused.sentence("en") == "Unknown field “is_correct”."
    assert refused.sentence("fr-CA") == "Champ inconnu : « is_correct »."


def test_a_hostile_field_name_is_shown_short_and_without_hidden_marks():
    refused = play(FRESH, **{"\u202e\n<script>" + "x" * 100: "1"})

    assert refused.field == "<script>" + "x" * 30


def test_the_quiz_goes_from_question_to_question_to_its_end():
    first = play(FRESH, move="1", question="one", answer="a")
    second = play(first.state, move="2", question="two", answer=["c", "b"])

    assert (first.over, first.result) == (False, {})
    assert (second.over, second.result, second.score) == (True, {"score": 2}, 2)


@pytest.mark.parametrize(
    ("answer", "right"),
    [(["b", "c"], True), (["c", "b"], True), (["b"], False), ("b", False), (["a", "b", "c"], False)],
)
def test_several_answers_count_when_all_are_there_and_no_other(answer, right):
    assert play(HALF, move="2", question="two", answer=answer).said["right"] is right


TOLD = [
    ("full", {"question": "one", "answer": ["b"], "right": False, "right_answers": ["A"], "explanation": "why one"}),
    ("verdict", {"question": "one", "answer": ["b"], "right": False}),
    ("none", {"question": "one", "answer": ["b"]}),
]


@pytest.mark.parametrize(("feedback", "said"), TOLD)
def test_an_answer_is_told_as_much_as_the_author_wants(feedback, said):
    definition = quiz(asked("one", "a"), asked("two", "b"), feedback=feedback)

    assert play(FRESH, definition, move="1", question="one", answer="b").spoken("en") == said


def test_the_explanation_is_said_in_the_readers_language():
    question = {**asked("one", "a"), "explanation": {"en": "Because", "fr": "Parce que"}}
    outcome = play({"asked": ["one"], "answers": []}, quiz(question), move="1", question="one", answer="a")

    assert outcome.spoken("fr")["explanation"] == "Parce que"


def test_stamps_are_withheld_when_nothing_is_to_be_told():
    definition = quiz(asked("one", "a"), asked("two", "b"), feedback="none")

    assert GAME.view(definition, HALF, "en")["stamps"] == [None]


def test_the_view_holds_only_the_question_that_is_due():
    view = GAME.view(TWO, HALF, "en")

    assert (view["question"]["id"], view["number"], view["total"], view["stamps"]) == ("two", 2, 2, [True])
    assert set(view["question"]["choices"][0]) == {"id", "text", "image"}
    assert "why" not in str(view)


@pytest.mark.parametrize(("answer", "won"), [("a", True), ("b", False)])
def test_the_pass_mark_decides_who_wins(answer, won):
    definition = quiz(asked("one", "a"), **{"pass": 1})

    outcome = play({"asked": ["one"], "answers": []}, definition, move="1", question="one", answer=answer)

    assert outcome.result["won"] is won
    assert GAME.view(definition, outcome.state, "en")["won"] is won


def test_won_is_a_field_only_where_there_is_a_pass_mark():
    assert "won" not in GAME.fields(TWO)
    assert GAME.fields(quiz(asked("one", "a"), **{"pass": 1}))["won"] == "yes/no"


@settings(deadline=None)
@given(size=st.integers(1, 12), data=st.data(), seed=st.integers())
def test_a_pick_asks_that_many_different_questions_of_the_bank(size, data, seed):
    pick = data.draw(st.integers(1, size))
    bank = [f"q{n}" for n in range(size)]

    state = GAME.start(quiz(*(asked(name, "a") for name in bank), pick=pick), Luck(seed))

    assert len(state["asked"]) == len(set(state["asked"])) == pick
    assert set(state["asked"]) <= set(bank)


def test_every_question_of_a_bank_is_picked_about_as_often():
    bank = quiz(*(asked(f"q{n}", "a") for n in range(6)), pick=2)
    picked = [name for seed in range(3000) for name in GAME.start(bank, Luck(seed))["asked"]]

    assert all(900 < picked.count(f"q{n}") < 1100 for n in range(6))


keys = st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=8)


@settings(deadline=None)
@given(keys=keys, data=st.data())
def test_the_score_is_the_number_of_right_answers(keys, data):
    definition = quiz(*(asked(f"q{n}", key, several=True) for n, key in enumerate(keys)))
    answers = data.draw(st.tuples(*(st.sets(st.sampled_from("abc"), min_size=1) for _ in keys)))
    state = GAME.start(definition, Luck(0))

    for number, answer in enumerate(answers):
        outcome = play(state, definition, move=str(number + 1), question=f"q{number}", answer=list(answer))
        state = outcome.state

    assert outcome.score == sum(answer == key for answer, key in zip(answers, keys, strict=True))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1000))))
def test_the_tally_adds_up(counted):
    definition = quiz(asked("one", "a"), asked("two", "b"), **{"pass": 2})

    tally = GAME.tally(definition, [({"score": score, "won": score == 2}, times) for score, times in counted])

    assert tally["plays"] == sum(tally["scores"].values()) == sum(times for _, times in counted)
    assert tally["won"] == tally["scores"]["2"]
