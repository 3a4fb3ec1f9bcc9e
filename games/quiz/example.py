"""A small complete quiz as an author would write it: the studio starts from it, the laws play it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXAMPLE: Mapping[str, Any] = {
    "title": {"en": "How well do you know the sea?", "fr": "Connaissez-vous la mer ?"},
    "pick": 2,
    "pass": 2,
    "questions": [
        {
            "id": "largest",
            "text": {"en": "Which ocean is the largest?", "fr": "Quel océan est le plus grand ?"},
            "choices": [
                {"id": "pacific", "text": {"en": "The Pacific", "fr": "Le Pacifique"}, "right": True},
                {"id": "atlantic", "text": {"en": "The Atlantic", "fr": "L'Atlantique"}},
                {"id": "arctic", "text": {"en": "The Arctic", "fr": "L'Arctique"}},
            ],
            "explanation": {
                "en": "It covers about a third of the Earth.",
                "fr": "Il couvre environ un tiers de la Terre.",
            },
        },
        {
            "id": "mammals",
            "text": {"en": "Which of these are mammals?", "fr": "Lesquels sont des mammifères ?"},
            "several": True,
            "choices": [
                {"id": "dolphin", "text": {"en": "Dolphin", "fr": "Dauphin"}, "right": True},
                {"id": "seal", "text": {"en": "Seal", "fr": "Phoque"}, "right": True},
                {"id": "tuna", "text": {"en": "Tuna", "fr": "Thon"}},
            ],
            "explanation": {
                "en": "Both breathe air and feed their young with milk.",
                "fr": "Tous deux respirent à l'air et allaitent leurs petits.",
            },
        },
        {
            "id": "salt",
            "text": {"en": "Where does most sea salt come from?", "fr": "D'où vient surtout le sel de la mer ?"},
            "choices": [
                {"id": "rocks", "text": {"en": "From rocks on land", "fr": "Des roches de la terre"}, "right": True},
                {"id": "fish", "text": {"en": "From fish", "fr": "Des poissons"}},
            ],
        },
    ],
}
