"""Everything that can be wrong with a file of coupon codes, in words for the person who made it.

To add one: a constant here, found in `loading`.
"""

from __future__ import annotations

from journeys.problems import Kind, Level


def _kind(code: str, level: Level, en: str, fr: str, hints: tuple[str, str] = ("", "")) -> Kind:
    return Kind(f"codes.{code}", level, en, fr, *hints)


# One code, at its line: then nothing of the file is loaded.
BLANK = _kind("blank", "error", "there is no code in this row", "il n'y a pas de code dans cette rangée")
TOO_LONG = _kind(
    "too_long", "error",
    "the code has {found} characters; at most {most}", "le code a {found} caractères ; {most} au plus",
)  # fmt: skip
INVISIBLE = _kind(
    "invisible", "error",
    "the code holds an invisible character (U+{sign})", "le code contient un caractère invisible (U+{sign})",
)  # fmt: skip
LOOK_ALIKE = _kind(
    "look_alike", "error",
    "“{mark}” in “{code}” is U+{sign}, not the letter it looks like",
    "« {mark} » dans « {code} » est U+{sign}, et non la lettre à laquelle il ressemble",
    ("write codes with A to Z and 0 to 9: nobody can type this one",
     "écrivez les codes avec A à Z et 0 à 9 : personne ne peut taper celui-ci"),
)  # fmt: skip
FORMULA = _kind(
    "formula", "error",
    "“{code}” begins like a formula, which a spreadsheet would carry out",
    "« {code} » commence comme une formule, qu'un tableur exécuterait",
    ("begin codes with a letter or a digit", "commencez les codes par une lettre ou un chiffre"),
)  # fmt: skip
MANGLED = _kind(
    "mangled", "error",
    "“{code}” looks like a spreadsheet number: the code behind it is lost",
    "« {code} » ressemble à un nombre de tableur : le code d'origine est perdu",
    ("export again with the column formatted as text", "exportez de nouveau avec la colonne au format texte"),
)  # fmt: skip
REPEATED = _kind(
    "repeated", "error",
    "“{code}” already stands in line {first}", "« {code} » est déjà à la ligne {first}",
)  # fmt: skip
LOADED = _kind(
    "loaded", "error",
    "“{code}” was loaded before, into this pool", "« {code} » a déjà été chargé, dans cette réserve",
    ("load a file with the new codes only", "chargez un fichier avec les seuls nouveaux codes"),
)  # fmt: skip
ELSEWHERE = _kind(
    "elsewhere", "error",
    "“{code}” is a coupon of the pool {pool}", "« {code} » est un coupon de la réserve {pool}",
    ("one code cannot be two coupons of a brand", "un code ne peut pas être deux coupons d'une marque"),
)  # fmt: skip
EXPIRED = _kind(
    "expired", "error",
    "this code expired on {day}", "ce code a expiré le {day}",
)  # fmt: skip
BAD_DAY = _kind(
    "day", "error",
    "“{found}” is no date", "« {found} » n'est pas une date",
    ("write 2026-12-31", "écrivez 2026-12-31"),
)  # fmt: skip

# The file as a whole.
NO_COLUMN = _kind(
    "no_column", "error",
    "no column is called “code”", "aucune colonne ne s'appelle « code »",
    ("the first line names the columns: write “code” there",
     "la première ligne nomme les colonnes : écrivez-y « code »"),
)  # fmt: skip
NO_CODES = _kind(
    "none", "error",
    "there is a header, and no code under it", "il y a un en-tête, et aucun code dessous",
)  # fmt: skip

MORE = _kind(
    "more", "error",
    "{count} rows in all are like this ({code}); the first 20 are shown",
    "{count} rangées en tout sont ainsi ({code}) ; les 20 premières sont montrées",
)  # fmt: skip

# Loaded all the same, and said.
TRIMMED = _kind(
    "trimmed", "notice",
    "{count} codes had blanks around them, which were taken away",
    "{count} codes étaient entourés de blancs, qui ont été retirés",
)  # fmt: skip
OTHER_COLUMN = _kind(
    "other_column", "notice",
    "the column “{name}” is left out", "la colonne « {name} » n'est pas prise",
)  # fmt: skip
ZEROS_LOST = _kind(
    "zeros", "warning",
    "{count} of the codes have fewer digits than the longest ({most}): leading zeros may be lost",
    "{count} codes ont moins de chiffres que le plus long ({most}) : des zéros de tête sont peut-être perdus",
    ("export again with the column formatted as text", "exportez de nouveau avec la colonne au format texte"),
)  # fmt: skip
GUESSABLE = _kind(
    "guessable", "warning",
    "the codes can be guessed: they differ by about {bits} bits, so that one guess in {odds} hits one",
    "les codes se devinent : ils diffèrent d'environ {bits} bits, si bien qu'une tentative sur {odds} touche juste",
    ("let the shop system make random codes, or use a generated pool",
     "faites tirer les codes au hasard, ou prenez une réserve « generated »"),
)  # fmt: skip
FEWER = _kind(
    "fewer", "warning",
    "the pool has {there} codes now; the campaign promises {stock}",
    "la réserve a maintenant {there} codes ; l'opération en promet {stock}",
)  # fmt: skip
SURPLUS = _kind(
    "surplus", "warning",
    "the pool has {there} codes now, more than the {stock} of the campaign: all of them may be given",
    "la réserve a maintenant {there} codes, plus que les {stock} de l'opération : tous peuvent être donnés",
)  # fmt: skip
