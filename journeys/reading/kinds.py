"""The problems of a journey file, each in English and French."""

from __future__ import annotations

from journeys.problems import Kind, Level

_NEAR = ("{near_en}", "{near_fr}")


def _error(code: str, en: str, fr: str, hint_en: str = "", hint_fr: str = "") -> Kind:
    return _kind("error", code, en, fr, hint_en, hint_fr)


def _kind(level: Level, code: str, *words: str) -> Kind:
    return Kind(code, level, *words)


UNKNOWN_KEY = _error("journey.unknown_key", "unknown key '{key}'", "clé inconnue « {key} »", *_NEAR)
MISSING_KEY = _error("journey.missing_key", "'{key}' is missing in {where}", "il manque « {key} » dans {where}")
NO_VERB = _error(
    "journey.no_verb",
    "this step says not what it does",
    "cette étape ne dit pas ce qu'elle fait",
    "it needs one of: {verbs}",
    "il lui faut l'un de : {verbs}",
)
TWO_VERBS = _error(
    "journey.two_verbs",
    "a step does one thing, and this one has '{first}' and '{second}'",
    "une étape fait une seule chose, et celle-ci a « {first} » et « {second} »",
    "make two steps of it, each with its own '- '",
    "faites-en deux étapes, chacune avec son « - »",
)
SHAPE = _error("journey.shape", "{what_en} was expected here", "{what_fr} était attendu ici", "{how_en}", "{how_fr}")
RANGE = _error(
    "journey.range",
    "the number must be between {least} and {most}",
    "le nombre doit être entre {least} et {most}",
)
LEADING_ZERO = _error(
    "journey.leading_zero",
    "a number was expected, and '{text}' starts with a zero",
    "un nombre était attendu, et « {text} » commence par un zéro",
    "write {number} without the leading zero",
    "écrivez {number} sans le zéro initial",
)
NOT_ONE_OF = _error("journey.not_one_of", "'{text}' is none of: {words}", "« {text} » n'est pas dans : {words}", *_NEAR)
BAD_ID = _error(
    "journey.id",
    "'{text}' cannot be an id",
    "« {text} » ne peut pas être un identifiant",
    "lower-case letters, digits and _, starting with a letter; or a coupon pool's code; at most 64",
    "minuscules, chiffres et _, en commençant par une lettre ; ou le code d'un lot de coupons ; 64 au plus",
)
SAME_ID = _error(
    "journey.same_id",
    "the step '{id}' already stands on line {line}",
    "l'étape « {id} » est déjà ligne {line}",
    "give one of them its own 'id:'",
    "donnez à l'une d'elles son propre « id: »",
)
LABEL_MISSING = _error(
    "journey.label_missing",
    "this branch has no label",
    "cette branche n'a pas d'étiquette",
    "write 'as: some_name', or a single name from 'let' as its condition",
    "écrivez « as: un_nom », ou un seul nom de « let » comme condition",
)
SAME_LABEL = _error(
    "journey.same_label",
    "the label '{label}' is already used on line {line}",
    "l'étiquette « {label} » sert déjà ligne {line}",
)
RESERVED_LABEL = _error(
    "journey.reserved_label",
    "'otherwise' is what the rest is called; it cannot be a label",
    "« otherwise » désigne le reste ; ce ne peut pas être une étiquette",
)
SHARES = _error(
    "journey.shares",
    "the shares sum to {sum}, not to 100",
    "les parts font {sum}, et non 100",
)
ONE_OF = _error("journey.one_of", "give exactly one of: {words}", "donnez exactement l'un de : {words}")
DATE = _error("journey.date", "{why_en}", "{why_fr}", "write it as 2026-11-02 09:00", "écrivez 2026-11-02 09:00")
DATES_ORDER = _error(
    "journey.dates_order", "it ends before it starts (line {line})", "cela finit avant de commencer (ligne {line})"
)
ALWAYS_QUIET = _error(
    "journey.quiet_all_day",
    "these quiet hours never end: no message would ever leave",
    "ces heures calmes ne finissent jamais : aucun message ne partirait",
    "write two different hours, as 21:00 to 09:00",
    "écrivez deux heures différentes, comme 21:00 to 09:00",
)
ZONE = _error("journey.zone", "unknown time zone '{text}'", "fuseau horaire inconnu « {text} »", *_NEAR)
NO_OBJECT = _error(
    "journey.unknown_object",
    "the campaign has no {what_en} '{name}'",
    "la campagne n'a pas de {what_fr} « {name} »",
    *_NEAR,
)
LANGUAGES = _kind(
    "warning",
    "journey.text_missing",
    "this text is missing in: {languages}",
    "ce texte manque en : {languages}",
)
CHECKED = _error(
    "consent.pre_ticked",
    "a consent cannot be pre-ticked (GDPR art. 4(11); CJEU C-673/17 Planet49)",
    "un consentement ne peut pas être coché d'avance (RGPD art. 4(11) ; CJUE C-673/17 Planet49)",
    "remove this line; the box is always shown empty",
    "retirez cette ligne ; la case est toujours présentée vide",
)
WAS_UNKNOWN = _error(
    "journey.was",
    "'was: {name}' is the id of a step that is still there (line {line})",
    "« was: {name} » est l'identifiant d'une étape qui est encore là (ligne {line})",
)
ONLY_ALWAYS = _error(
    "journey.not_always",
    "'{verb}' cannot stand under 'always'",
    "« {verb} » ne peut pas être sous « always »",
    "only: {verbs}",
    "seulement : {verbs}",
)
TOO_LONG = _error("journey.too_long", "this text is longer than {most} letters", "ce texte dépasse {most} lettres")
ASSUMED = _kind(
    "notice",
    "journey.assumed",
    "no campaign was given; these are taken to exist: {names}",
    "aucune campagne n'est donnée ; ceci est supposé exister : {names}",
)
TEST_STEP = _error(
    "journey.test_step", "'{name}' is no step of this journey", "« {name} » n'est pas une étape de ce parcours", *_NEAR
)
