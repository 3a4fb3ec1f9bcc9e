"""What a fan reads on the buttons, in her language: written here once more, so that a lost translation is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The buttons and headings on a fan's way through the tab."""

    play: str
    play_on_the_page: str  # the link on the brand's page, where its script does not run
    connect: str
    connected: str
    is_this_you: str
    yes: str
    not_now: str
    lock_in: str
    vote: str
    go_on: str
    go_on_with_this: str
    try_again: str
    join: str
    no_thanks: str
    reveal: str
    coupons: str
    choices: str
    back: str
    withdraw: str
    thanks: str  # the end without a coupon
    look_into_mail: str  # on the last screen, while a yes to letters waits for its confirmation
    please_confirm: str  # the subject of that mail
    that_was_me: str  # the button in it
    i_confirm: str  # the button on the page that it leads to
    confirmed: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        play="Play", play_on_the_page="Play the market game", connect="Continue with", connected="I have connected",
        is_this_you="Is this you?", yes="Yes, link us", not_now="Not now", lock_in="Lock it in", vote="Cast my vote",
        go_on="Go on", go_on_with_this="Go on with this", try_again="Try again", join="Join", no_thanks="No, thanks",
        reveal="Reveal code", coupons="My coupons", choices="My choices", back="Back to the game", withdraw="Withdraw",
        thanks="Thank you for playing", look_into_mail="One click is missing for the letters",
        please_confirm="Please confirm your e-mail address", that_was_me="Yes, that was me", i_confirm="Yes, I confirm",
        confirmed="Confirmed. Thank you.",
    ),
    "fr": Words(
        play="Jouer", play_on_the_page="Jouer au jeu du marché", connect="Continuer avec",
        connected="Je suis connecté(e)", is_this_you="Est-ce bien vous ?", yes="Oui, faire le lien",
        not_now="Pas maintenant", lock_in="Je valide", vote="Je vote", go_on="Continuer",
        go_on_with_this="Continuer ainsi", try_again="Réessayer", join="J'adhère", no_thanks="Non, merci",
        reveal="Révéler le code", coupons="Mes coupons", choices="Mes choix", back="Retour au jeu",
        withdraw="Retirer", thanks="Merci d'avoir joué", look_into_mail="Il manque un clic pour les lettres",
        please_confirm="Confirmez votre adresse e-mail", that_was_me="Oui, c'est moi", i_confirm="Oui, je confirme",
        confirmed="C'est confirmé. Merci.",
    ),
}  # fmt: skip
