"""Everything that can be wrong with a file of contacts or orders, in words for the person who made it.

To add one: a constant here, raised as a `BadCell` where a cell is read or as a Problem where a file is opened.
"""

from __future__ import annotations

from journeys.problems import Kind


def _kind(code: str, level: str, sentences: tuple[str, str], hints: tuple[str, str] = ("", "")) -> Kind:
    return Kind(f"import.{code}", level, *sentences, *hints)  # type: ignore[arg-type]


# The file as a whole: nothing is imported.
UNREADABLE = _kind(
    "unreadable", "error",
    ("the file cannot be read: {reason}", "le fichier ne peut pas être lu : {reason}"),
)  # fmt: skip
EMPTY = _kind(
    "empty", "error",
    ("the file is empty", "le fichier est vide"),
    ("the first line names the columns", "la première ligne nomme les colonnes"),
)  # fmt: skip
WRONG_FORMAT = _kind(
    "format", "error",
    ("this is {found}, which cannot be imported", "ceci est {found}, qui ne peut pas être importé"),
    ("save it as CSV (UTF-8) or Parquet", "enregistrez-le en CSV (UTF-8) ou en Parquet"),
)  # fmt: skip
NOT_UTF8 = _kind(
    "encoding", "error",
    ("not UTF-8 at byte {byte}; choose Windows-1252?", "pas de l'UTF-8 à l'octet {byte} ; choisir Windows-1252 ?"),
    ("say --encoding windows-1252, or save the file as UTF-8",
     "dites --encoding windows-1252, ou enregistrez le fichier en UTF-8"),
)  # fmt: skip
NOT_ENCODED = _kind(
    "not_encoded", "error",
    ("byte {byte} means nothing in {encoding}", "l'octet {byte} ne veut rien dire en {encoding}"),
)  # fmt: skip
NUL = _kind(
    "nul", "error",
    ("a NUL byte stands at byte {byte}: this is no text file",
     "un octet NUL se trouve à l'octet {byte} : ce n'est pas un fichier de texte"),
    ("save it as CSV (UTF-8)", "enregistrez-le en CSV (UTF-8)"),
)  # fmt: skip
OPEN_QUOTE = _kind(
    "quote", "error",
    ("row {row}: quote not closed", "rangée {row} : guillemet non fermé"),
    ('close it, or double a quote that is meant: ""', 'fermez-le, ou doublez un guillemet voulu : ""'),
)  # fmt: skip
STRAY_QUOTE = _kind(
    "stray_quote", "error",
    ("row {row}: text stands after a closing quote", "rangée {row} : du texte suit un guillemet fermant"),
    ('double a quote that is meant: ""', 'doublez un guillemet voulu : ""'),
)  # fmt: skip
LONG_CELL = _kind(
    "long_cell", "error",
    ("row {row}: cell too long (more than {most} characters)",
     "rangée {row} : cellule trop longue (plus de {most} caractères)"),
    ("a quote may not be closed", "un guillemet n'est peut-être pas fermé"),
)  # fmt: skip
NO_HEADER = _kind(
    "header.empty", "error",
    ("column {col} has no name", "la colonne {col} n'a pas de nom"),
)  # fmt: skip
TWICE = _kind(
    "header.twice", "error",
    ("“{name}” is given twice, in columns {first} and {col}",
     "« {name} » est donné deux fois, aux colonnes {first} et {col}"),
)  # fmt: skip
MISSING = _kind(
    "header.missing", "error",
    ("the column “{name}” is missing", "la colonne « {name} » manque"),
)  # fmt: skip
UNKNOWN = _kind(
    "header.unknown", "error",
    ("unknown column “{name}”", "colonne inconnue « {name} »"),
    ("{guess}", "{devine}"),
)  # fmt: skip
DELIMITER = _kind(
    "delimiter", "notice",
    ("columns are separated by {mark}", "les colonnes sont séparées par {mark}"),
)  # fmt: skip
ENCODING = _kind(
    "read_as", "notice",
    ("read as {encoding}", "lu en {encoding}"),
)  # fmt: skip
NO_CONSENT = _kind(
    "no_consent", "notice",
    ("no column tells of consent: everybody is imported as “no marketing”",
     "aucune colonne ne parle de consentement : tout le monde est importé « sans prospection »"),
)  # fmt: skip

# One row: it is left out, the others are imported.
RAGGED = _kind(
    "ragged", "error",
    ("this row has {found} cells, the header has {wanted}", "cette rangée a {found} cellules, l'en-tête en a {wanted}"),
    ("quote a cell that holds a {mark}", "mettez entre guillemets une cellule qui contient un {mark}"),
)  # fmt: skip
NEEDED = _kind("needed", "error", ("“{column}” is empty", "« {column} » est vide"))
REPEATED = _kind(
    "repeated", "error",
    ("“{found}” already stands in line {first}; this row is left out",
     "« {found} » est déjà à la ligne {first} ; cette rangée est laissée de côté"),
)  # fmt: skip
BAD_EMAIL = _kind(
    "email", "error",
    ("“{column}” is no e-mail address: {reason}", "« {column} » n'est pas une adresse e-mail : {raison}"),
)  # fmt: skip
BAD_PHONE = _kind(
    "phone", "error",
    ("“{column}” cannot be dialled: {reason}", "« {column} » ne peut pas être appelé : {raison}"),
)  # fmt: skip
BAD_TEXT = _kind(
    "text", "error",
    ("“{column}” holds an invisible character (U+{sign})", "« {column} » contient un caractère invisible (U+{sign})"),
)  # fmt: skip
TOO_LONG = _kind(
    "too_long", "error",
    ("“{column}” has {found} characters; at most {most}", "« {column} » a {found} caractères ; {most} au plus"),
)  # fmt: skip
BAD_LANGUAGE = _kind(
    "language", "error",
    ("“{found}” is no language code", "« {found} » n'est pas un code de langue"),
    ("write fr, en or pt-BR", "écrivez fr, en ou pt-BR"),
)  # fmt: skip
BAD_COUNTRY = _kind(
    "country", "error",
    ("“{found}” is no country code", "« {found} » n'est pas un code de pays"),
    ("write two letters, as FR or US", "écrivez deux lettres, comme FR ou US"),
)  # fmt: skip
BAD_YEAR = _kind(
    "year", "error",
    ("“{found}” is no year of birth", "« {found} » n'est pas une année de naissance"),
    ("write four digits, as 1987", "écrivez quatre chiffres, comme 1987"),
)  # fmt: skip
BAD_TIME = _kind(
    "time", "error",
    ("“{found}” is no date", "« {found} » n'est pas une date"),
    ("write 2026-03-31 or 2026-03-31 14:05", "écrivez 2026-03-31 ou 2026-03-31 14:05"),
)  # fmt: skip
BAD_MONEY = _kind(
    "money", "error",
    ("“{found}” is no amount", "« {found} » n'est pas un montant"),
    ("write 12.34, with at most two decimals and no currency sign",
     "écrivez 12.34, avec deux décimales au plus et sans signe de monnaie"),
)  # fmt: skip
BAD_VALUE = _kind(
    "value", "error",
    ("“{found}” does not fit “{column}” ({type})", "« {found} » ne convient pas à « {column} » ({type})"),
)  # fmt: skip
OTHER_CURRENCY = _kind(
    "currency", "error",
    ("an order in {found}; the brand's currency is {wanted}",
     "une commande en {found} ; la monnaie de la marque est {wanted}"),
)  # fmt: skip
UNKNOWN_CONTACT = _kind(
    "unknown_contact", "error",
    ("no contact “{found}” in the source “{source}”", "aucun contact « {found} » dans la source « {source} »"),
    ("import the contacts first", "importez d'abord les contacts"),
)  # fmt: skip
TWO_CONTACTS = _kind(
    "two_contacts", "error",
    ("order “{found}” belongs to two contacts", "la commande « {found} » appartient à deux contacts"),
)  # fmt: skip

# The row is imported, and flagged.
FORMULA = _kind(
    "formula", "warning",
    ("“{column}” looks like a formula; imported as text", "« {column} » ressemble à une formule ; importé comme texte"),
)  # fmt: skip
NO_PROOF = _kind(
    "no_proof", "warning",
    ("cannot import as opt-in; imported as “no marketing” ({why})",
     "impossible d'importer cet accord ; importé « sans prospection » ({pourquoi})"),
    ("an opt-in needs consent_proof (where it was said) and consent_given_at (when)",
     "un accord demande consent_proof (où il a été dit) et consent_given_at (quand)"),
)  # fmt: skip
