"""Codes: nobody guesses one, and a mistyped one is never another one's."""

import math

from hypothesis import given
from hypothesis import strategies as st

from app.services.rewards.codes import CHECK_SYMBOLS, LENGTH, SYMBOLS, check_symbol, grouped, new_code, normal_code

symbols = st.text(SYMBOLS, min_size=LENGTH, max_size=LENGTH)


def is_sound(code):
    body, check = code[:LENGTH], code[LENGTH]
    return set(body) <= set(SYMBOLS) and check_symbol(body) == check


def typos(code):
    """Every code that differs in one symbol."""
    for place, right in enumerate(code):
        for wrong in SYMBOLS if place < LENGTH else CHECK_SYMBOLS:
            if wrong != right:
                yield code[:place] + wrong + code[place + 1 :]


def transpositions(code):
    """Every code in which two neighbours have changed places."""
    for place in range(LENGTH):
        first, second = code[place : place + 2]
        if first != second:
            yield code[:place] + second + first + code[place + 2 :]


@given(symbols)
def test_every_single_wrong_symbol_is_detected(body):
    assert not any(map(is_sound, typos(body + check_symbol(body))))


@given(symbols)
def test_every_swap_of_neighbours_is_detected(body):
    assert not any(map(is_sound, transpositions(body + check_symbol(body))))


def test_the_check_symbol_is_that_of_the_published_scheme():
    assert (check_symbol("0"), check_symbol("Z"), check_symbol("15")) == ("0", "Z", "0")  # 0, 31, 37 modulo 37
    assert "".join(check_symbol(word) for word in ("10", "11", "12", "13", "14")) == "*~$=U"  # 32 to 36


@given(symbols)
def test_a_code_is_found_however_it_is_typed(body):
    code = body + check_symbol(body)

    for typed in (grouped(code), grouped(code).lower(), f" {code} ", code.replace("0", "O").replace("1", "l")):
        assert normal_code(typed) == code


def test_letters_of_foreign_codes_stay_letters():
    assert normal_code("oil-101") == "OIL101"


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(typed):
    assert normal_code(normal_code(typed)) == normal_code(typed)


def test_codes_carry_sixty_bits():
    assert LENGTH * math.log2(len(SYMBOLS)) == 60


def test_codes_differ_and_are_sound():
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert all(is_sound(normal_code(code)) for code in codes)
