"""The verbs of a journey: what a step may do.

To add one: a class in a file of this folder (see `base`), and one line here.
"""

from collections.abc import Mapping

from journeys.verbs.ask import Ask
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose, Split
from journeys.verbs.end import End
from journeys.verbs.gains import Draw, Points, Tag, Webhook
from journeys.verbs.give import Give
from journeys.verbs.invite import Invite
from journeys.verbs.message import Message
from journeys.verbs.offer import Offer
from journeys.verbs.play import Play
from journeys.verbs.save import Save
from journeys.verbs.show import Show
from journeys.verbs.wait import Wait

VERBS: Mapping[str, type[Step]] = {
    verb.verb: verb
    for verb in (
        Choose,
        Split,
        Play,
        Ask,
        Offer,
        Give,
        Points,
        Draw,
        Show,
        Message,
        Wait,
        Invite,
        Save,
        Tag,
        Webhook,
        End,
    )
}
