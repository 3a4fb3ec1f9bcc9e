"""Why connecting can end without a pass: each reason with a sentence for the fan.

What a provider says of an error is never repeated: it may hold anything.
To add one: a class with its code, status and sentences.
"""

from __future__ import annotations

from app.errors import Refused

KINDER_TITLES: dict[str, tuple[str, str]] = {  # where "that did not work" would be wrong: code -> English, French
    "connect_cancelled": ("Not connected", "Pas de connexion"),
    "connect_used": ("Once is enough", "Une fois suffit"),
}


class NoSuchWay(Refused):
    code, status = "connect_unknown_provider", 404
    en = "This way of connecting does not exist. Go back and choose another one."
    fr = "Cette façon de se connecter n'existe pas. Revenez en arrière et choisissez-en une autre."


class NotFromHere(Refused):
    code, status = "connect_not_from_here", 403
    en = "Connecting starts from the game itself. Open the game and choose how to connect there."
    fr = "La connexion commence dans le jeu. Ouvrez le jeu et choisissez là comment vous connecter."


class LoginUnknown(Refused):
    code, status = "connect_unknown", 400
    en = "This login was not started here, or took longer than ten minutes. Go back to the game and connect again."
    fr = "Cette connexion n'a pas commencé ici, ou a duré plus de dix minutes. Revenez au jeu et reconnectez-vous."


class LoginUsed(Refused):
    code, status = "connect_used", 400
    en = "This login was already used: if it went well, you are connected. Go back to the game."
    fr = "Cette connexion a déjà servi : si elle a réussi, vous êtes connecté. Revenez au jeu."


class OtherBrowser(Refused):
    code, status = "connect_other_browser", 400
    en = "This login was started in another browser. Go back to the game and connect again."
    fr = "Cette connexion a commencé dans un autre navigateur. Revenez au jeu et reconnectez-vous."


class Cancelled(Refused):
    code, status = "connect_cancelled", 400
    en = "You did not connect, and nothing was sent. Go back to the game whenever you like."
    fr = "Vous ne vous êtes pas connecté et rien n'a été transmis. Revenez au jeu quand vous voulez."


class AnswersOtherwise(Refused):
    code, status = "connect_wrong_method", 405
    en = "{provider} answers in another way. Go back to the game and connect again."
    fr = "{provider} répond d'une autre manière. Revenez au jeu et reconnectez-vous."


class TurnedDown(Refused):
    code, status = "connect_turned_down", 400
    en = "{provider} turned the login down. Try again or choose another way."
    fr = "{provider} a refusé la connexion. Réessayez ou choisissez une autre façon."


class NotTrusted(Refused):
    """The provider's answer failed a check; `why` is for the log and the tests, never for the fan."""

    code, status = "connect_not_trusted", 400
    en = "The answer of {provider} could not be checked, so nothing was done. Go back to the game and connect again."
    fr = "La réponse de {provider} n'a pas pu être vérifiée : rien n'a été fait. Revenez au jeu et reconnectez-vous."

    def __init__(self, provider: str, why: str) -> None:
        super().__init__(provider=provider)
        self.why = why


class ProviderSilent(Refused):
    """The provider is down, slow, or answers nonsense; `why` is for the log and the tests, never for the fan."""

    code, status = "connect_provider_silent", 502
    en = "{provider} does not answer; try again or choose another."
    fr = "{provider} ne répond pas ; réessayez ou choisissez-en un autre."

    def __init__(self, provider: str, why: str) -> None:
        super().__init__(provider=provider)
        self.why = why


class CodeRefused(Refused):
    code, status = "connect_code", 400
    en = "This connection was already used or has expired. Connect again; what you have done so far is kept."
    fr = "Cette connexion a déjà servi ou a expiré. Reconnectez-vous ; tout ce que vous avez fait est gardé."


class NotYetConnected(Refused):
    code, status = "connect_not_yet", 409
    en = "We have not seen you connect yet. Finish in the other window, then press the button again."
    fr = "Nous ne vous avons pas encore vu vous connecter. Terminez dans l'autre fenêtre, puis appuyez à nouveau."
