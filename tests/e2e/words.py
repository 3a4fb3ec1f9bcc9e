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


WORDS: Mapping[str, Words] = {
    "en": Words(
        play="Play", play_on_the_page="Play the market game", connect="Continue with", connected="I have connected",
        is_this_you="Is this you?", yes="Yes, link us", not_now="Not now", lock_in="Lock it in", vote="Cast my vote",
        go_on="Go on", go_on_with_this="Go on with this", try_again="Try again", join="Join", no_thanks="No, thanks",
        reveal="Reveal code", coupons="My coupons", choices="My choices", back="Back to the game", withdraw="Withdraw",
        thanks="Thank you for playing",
    ),
    "fr": Words(
        play="Jouer", play_on_the_page="Jouer au jeu du marché", connect="Continuer avec",
        connected="Je suis connecté(e)", is_this_you="Est-ce bien vous ?", yes="Oui, faire le lien",
        not_now="Pas maintenant", lock_in="Je valide", vote="Je vote", go_on="Continuer",
        go_on_with_this="Continuer ainsi", try_again="Réessayer", join="J'adhère", no_thanks="Non, merci",
        reveal="Révéler le code", coupons="Mes coupons", choices="Mes choix", back="Retour au jeu",
        withdraw="Retirer", thanks="Merci d'avoir joué",
    ),
}  # fmt: skip
