"""Colours of a tab: every pair that must be told apart is measured, and what fails is mended."""

import pytest

from app.services.theme import (
    FOR_CONTROLS,
    Theme,
    check_contrast,
    derive,
    may_publish,
    repaired,
    theme_css,
    theme_hash,
)

BRANDS = ["#c8102e", "#ffe600", "#777777", "#7ad0f0", "#ffffff", "#000000", "#1e5bd6", "#ff66cc", "#00ff00"]


def failing(theme):
    return {contrast.pair.name for contrast in check_contrast(theme) if not contrast.passes}


def test_the_theme_that_a_tab_starts_with_passes_everything():
    assert failing(Theme()) == set()


def test_a_yellow_button_on_white_is_not_seen_well_enough():
    assert "control" in failing(Theme(brand="#ffe600"))


def test_a_theme_that_cannot_be_seen_may_not_be_published():
    assert not may_publish(Theme(brand="#ffe600"))


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("accent", ["#ffb81c", "#777777", "#111111"])
def test_every_theme_can_be_repaired(brand, accent):
    assert may_publish(repaired(Theme(brand, accent)))


def test_a_good_theme_is_left_as_it_is():
    assert repaired(Theme()) == Theme()


def test_the_proposed_colour_passes_where_the_chosen_one_failed():
    control = next(c for c in check_contrast(Theme(brand="#7ad0f0")) if c.pair.name == "control")

    mended = next(c for c in check_contrast(Theme(brand=control.proposal)) if c.pair.name == "control")

    assert control.ratio < FOR_CONTROLS <= mended.ratio


@pytest.mark.parametrize(("brand", "text"), [("#c8102e", "#ffffff"), ("#ffe600", "#15161a")])
def test_words_on_a_button_are_white_or_ink_whichever_reads_better(brand, text):
    assert derive(Theme(brand))["on-brand"] == text


def test_the_stylesheet_holds_custom_properties_only():
    css = theme_css(Theme())

    assert css.startswith(":root{--brand:#c8102e;")
    assert css.count("{") == 1


def test_another_colour_has_another_address():
    assert theme_hash(Theme()) != theme_hash(Theme(accent="#ffb81d"))


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#c8102e;}body{display:none"])
def test_only_plain_colours_are_taken(colour):
    with pytest.raises(ValueError, match="not a colour written #rrggbb"):
        Theme(brand=colour)


@pytest.mark.parametrize("radius_px", [-1, 33])
def test_a_radius_has_bounds(radius_px):
    with pytest.raises(ValueError, match="not between 0 and 32"):
        Theme(radius_px=radius_px)
