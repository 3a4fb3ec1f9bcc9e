"""The two ways in which a request ends badly, both with words for people.

`Refused` is a request turned down: raised in services, rolls back, becomes an HTTP answer in app/web/errors.py.
`Invalid` carries Problems: what a person wrote (YAML, CSV, a form) and where.
Anything else is a bug and stays loud.
To add a refusal: one class with its code, status and sentences.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from journeys.problems import Problem, in_order


class Refused(Exception):
    """A request turned down, with a code for programs and a sentence for people in English and French."""

    code = "refused"
    status = 400
    en = "This cannot be done."
    fr = "Ce n'est pas possible."

    def __init__(self, en: str | None = None, fr: str | None = None, **values: object) -> None:
        self.en = en or type(self).en
        self.fr = fr or type(self).fr
        self.values = values
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """What to tell the person, in one sentence they can act on."""
        sentence = self.fr if lang == "fr" else self.en
        return sentence.format_map({name: str(value) for name, value in self.values.items()})


class NotFound(Refused):
    code, status = "not_found", 404
    en = "There is nothing here. The address may be mistyped, or the page has gone."
    fr = "Il n'y a rien ici. L'adresse est peut-être mal écrite, ou la page n'existe plus."


class Forbidden(Refused):
    code, status = "forbidden", 403
    en = "Your role does not allow this. Ask an owner of the brand."
    fr = "Votre rôle ne le permet pas. Demandez à un propriétaire de la marque."


class UnknownField(Refused):
    code, status = "unknown_field", 400
    en = "Unknown field “{field}”. Send only the fields of the form."
    fr = "Champ inconnu « {field} ». N'envoyez que les champs du formulaire."


class InvalidValue(Refused):
    code, status = "invalid_value", 400
    beside_field = False  # whether a form shows the sentence beside its field and keeps what was typed
    en = "The value of “{field}” cannot be used: {reason}."
    fr = "La valeur de « {field} » ne convient pas : {reason}."


class LogInAgain(Refused):
    code, status = "log_in_again", 401
    en = "Your session has ended. Connect again; what you have done so far is kept."
    fr = "Votre session est terminée. Reconnectez-vous ; tout ce que vous avez fait est gardé."


class StaleForm(Refused):
    code, status = "stale_form", 401
    en = "This page is too old. Open the game again; what you have done so far is kept."
    fr = "Cette page est trop ancienne. Rouvrez le jeu ; tout ce que vous avez fait est gardé."


class MissingIdempotencyKey(Refused):
    code, status = "idempotency_key_missing", 400
    en = "Send an Idempotency-Key of 8 to 100 characters, so that a repeat does nothing twice."
    fr = "Envoyez une Idempotency-Key de 8 à 100 caractères, pour qu'une répétition ne fasse rien deux fois."


class KeyReused(Refused):
    code, status = "idempotency_key_reused", 422
    en = "This Idempotency-Key was already used for another request. Use a new one."
    fr = "Cette Idempotency-Key a déjà servi pour une autre demande. Prenez-en une nouvelle."


class InFlight(Refused):
    code, status = "in_flight", 409
    en = "The same request is still being worked on. Try again in a second."
    fr = "La même demande est encore en cours. Réessayez dans une seconde."
    retry_after = timedelta(seconds=1)


class OutOfOrder(Refused):
    code, status = "out_of_order", 409
    en = "You have already gone past this step. Here is where you stand now."
    fr = "Vous avez déjà passé cette étape. Voici où vous en êtes."


class Closed(Refused):
    code, status = "closed", 409
    en = "This campaign is closed."
    fr = "Cette opération est terminée."


class TooFast(Refused):
    code, status = "too_fast", 429
    en = "That was very fast. Wait a moment and try again."
    fr = "C'était très rapide. Attendez un instant et réessayez."
    retry_after = timedelta(seconds=5)


class Unavailable(Refused):
    code, status = "unavailable", 503
    en = "We cannot do this right now. Nothing is lost; try again in a moment."
    fr = "Ce n'est pas possible en ce moment. Rien n'est perdu ; réessayez dans un instant."
    retry_after = timedelta(seconds=5)


class Invalid(Exception):
    """What a person wrote cannot be taken: every problem at once, with its place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
