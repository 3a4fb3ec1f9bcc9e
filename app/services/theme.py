"""The theme of a tab: two colours of the brand in, a small stylesheet and a contrast report out.

What is here:
    Theme           the brand's two colours and the radius of its corners
    derive          every colour of the tab, as CSS custom properties
    theme_css       the stylesheet text; `theme_hash` names its address, so it may be cached for ever
    check_contrast  each pair of colours that must be told apart, with a repaired colour where it fails

To add a colour: one line in `derive`; if something is read or pressed on it, one line in `PAIRS`.

Source: WCAG 2.2, success criteria 1.4.3 (text, 4.5:1) and 1.4.11 (controls, 3:1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from coloraide import Color

PAPER: Final = "#ffffff"
INK: Final = "#15161a"
FOR_TEXT: Final = 4.5
FOR_CONTROLS: Final = 3.0
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Theme:
    """What a brand chooses.  Colours are written `#rrggbb`; the radius of a card is in CSS pixels."""

    brand: str = "#c8102e"
    accent: str = "#ffb81c"
    radius_px: int = 14

    def __post_init__(self) -> None:
        for colour in (self.brand, self.accent):
            if not _HEX.fullmatch(colour):
                raise ValueError(f"{colour!r} is not a colour written #rrggbb")
        if not 0 <= self.radius_px <= 32:
            raise ValueError(f"a radius of {self.radius_px} px is not between 0 and 32")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours of `derive` that must be told apart, and whose choice decides it."""

    name: str
    front: str
    back: str
    wanted: float
    chosen: str
    blocks: bool
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """One pair, measured.  `proposal` is the nearest colour to the chosen one that passes."""

    pair: Pair
    ratio: float
    proposal: str | None

    @property
    def passes(self) -> bool:
        return self.ratio >= self.pair.wanted


PAIRS: Final = (
    Pair("control", "brand", "paper", FOR_CONTROLS, "brand", True,
         "the brand colour of buttons and marks on white", "la couleur de marque des boutons et repères sur blanc"),
    Pair("button_text", "on-brand", "brand", FOR_TEXT, "brand", True,
         "the words on a button", "les mots sur un bouton"),
    Pair("field_text", "on-field", "field", FOR_TEXT, "brand", True,
         "the words on the coloured ground", "les mots sur le fond coloré"),
    Pair("glow_text", "on-field", "glow", FOR_TEXT, "brand", True,
         "the words where the ground is lit", "les mots là où le fond est éclairé"),
    Pair("ticket_text", "on-accent", "accent", FOR_TEXT, "accent", True,
         "the words on a ticket", "les mots sur un ticket"),
    Pair("ticket_on_field", "accent", "field", FOR_CONTROLS, "accent", False,
         "the ticket against the coloured ground", "le ticket sur le fond coloré"),
)  # fmt: skip


def derive(theme: Theme) -> dict[str, str]:
    """Every colour of the tab by name, from the two that the brand chose."""
    brand, accent = Color(theme.brand), Color(theme.accent)
    field = brand.mix("#000", 0.3, space="oklab")
    glow = brand.mix("#000", 0.04, space="oklab")
    return {
        "brand": _hex(brand),
        "on-brand": _reads_on(brand),
        "press": _hex(brand.mix("#000", 0.16, space="oklab")),
        "tint": _hex(brand.mix(PAPER, 0.92, space="oklab")),
        "accent": _hex(accent),
        "on-accent": _reads_on(accent),
        "field": _hex(field),
        "glow": _hex(glow),
        "on-field": _reads_on(field, glow),
        "paper": PAPER,
        "ink": INK,
    }


@lru_cache(maxsize=256)
def theme_css(theme: Theme) -> str:
    """The stylesheet of a theme: custom properties only, so that it can break nothing."""
    colours = "".join(f"--{name}:{colour};" for name, colour in derive(theme).items())
    return f":root{{{colours}--radius:{theme.radius_px}px}}\n"


def theme_hash(theme: Theme) -> str:
    """Twelve hex digits that change when the stylesheet does."""
    return sha256(theme_css(theme).encode()).hexdigest()[:12]


def check_contrast(theme: Theme) -> tuple[Contrast, ...]:
    """Measure every pair; where one is too weak, propose the nearest colour that is strong enough."""
    return tuple(_measured(theme, pair) for pair in PAIRS)


def may_publish(theme: Theme) -> bool:
    """Whether everything that a fan must read or press can be seen."""
    return all(contrast.passes for contrast in check_contrast(theme) if contrast.pair.blocks)


def repaired(theme: Theme) -> Theme:
    """The nearest theme that may be published; itself when it may already."""
    for choice in ("brand", "accent"):
        needed = [pair for pair in PAIRS if pair.chosen == choice and pair.blocks]
        theme = _nearest(theme, choice, needed) or theme
    return theme


def _measured(theme: Theme, pair: Pair) -> Contrast:
    ratio = _ratio(theme, pair)
    if ratio >= pair.wanted:
        return Contrast(pair, ratio, None)
    needed = [other for other in PAIRS if other.chosen == pair.chosen and (other.blocks or other is pair)]
    better = _nearest(theme, pair.chosen, needed)
    return Contrast(pair, ratio, None if better is None else _chosen(better, pair.chosen))


def _nearest(theme: Theme, choice: str, pairs: Sequence[Pair]) -> Theme | None:
    """Walk the chosen colour lighter and darker in small steps, hue kept, until these pairs all pass."""
    for steps in range(96):
        for way in (-1, 1):
            tried = _with(theme, choice, _lighter(_chosen(theme, choice), way * steps / 100))
            if all(_ratio(tried, pair) >= pair.wanted for pair in pairs):
                return tried
    return None


def _ratio(theme: Theme, pair: Pair) -> float:
    colours: Mapping[str, str] = derive(theme)
    return float(Color(colours[pair.front]).contrast(colours[pair.back], method="wcag21"))


def _reads_on(*grounds: Color) -> str:
    """White or ink, whichever reads better where it reads worst."""
    return max((PAPER, INK), key=lambda text: min(float(Color(text).contrast(g, method="wcag21")) for g in grounds))


def _lighter(colour: str, by: float) -> str:
    moved = Color(colour).convert("oklch")
    moved["lightness"] = min(1.0, max(0.0, float(moved["lightness"]) + by))
    return _hex(moved)


def _hex(colour: Color) -> str:
    return str(colour.convert("srgb").fit("srgb", method="oklch-chroma").to_string(hex=True))


def _chosen(theme: Theme, choice: str) -> str:
    return theme.brand if choice == "brand" else theme.accent


def _with(theme: Theme, choice: str, colour: str) -> Theme:
    brand, accent = (colour, theme.accent) if choice == "brand" else (theme.brand, colour)
    return Theme(brand, accent, theme.radius_px)
