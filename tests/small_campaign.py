"""A small campaign for tests: a quiz, a vote, a program, three pools, in English and French."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app.models import Brand, Campaign
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.visits import Visit, campaign_at, visit_of

CAMPAIGN = """\
campaign: {slug}
title: {{en: The orchard game, fr: Le jeu du verger}}
page: {{slug: orchard, name: Orchard, followers: 1000}}
languages: [en, fr]
theme: {{brand: "#0b6b43", accent: "#ffdf6b", logo_letter: O}}
start: {{text: welcome}}
rules: words
privacy: words
pools:
  REGULAR: {{title: For regulars, value: 5.00 USD, kind: generated, stock: {stock}, valid: 30d}}
  COMEBACK: {{title: Come back, value: 15 %, kind: generated, stock: 3}}
  WELCOME: {{title: {{en: Welcome, fr: Bienvenue}}, value: 3.00 USD, kind: generated}}
programs:
  club: {{name: The club, text: words, asks: [newsletter.email]}}
consents:
  newsletter.email: {{label: {{en: "Yes, write to me", fr: "Oui, écrivez-moi"}}, notice: notice}}
messages:
  hello: {{subject: Hello, text: words}}
attributes:
  crm.fruit: {{type: choice, choices: [apple, pear], en: favourite fruit, fr: fruit préféré}}
"""
QUIZ = """\
game: quiz
title: Orchard quiz
questions:
  - id: one
    text: One?
    choices: [{id: a, text: A, right: true}, {id: b, text: B}]
  - id: two
    text: Two?
    choices: [{id: a, text: A}, {id: b, text: B, right: true}]
"""
VOTE = """\
game: vote
title: Orchard vote
question: Which fruit?
choices: [{id: apple, text: Apple}, {id: pear, text: Pear}]
"""
JOURNEY = """\
journey: orchard
currency: USD
let:
  active: crm.known and orders(last 90d).count >= 1
  lapsed: crm.known and orders().count >= 1
steps:
  - choose: path
    of:
      - when: active
        do:
          - play: quiz
            tries: 2
          - choose: reward
            of:
              - when: quiz.score >= 2
                as: full
                do:
                  - give: REGULAR
      - when: lapsed
        do:
          - give: COMEBACK
          - wait: purchase
            event: order.placed
            within: 7d
          - message: hello
            channel: email
    otherwise:
      - play: vote
        saves: {crm.fruit: choice}
      - offer: club
        asks: [newsletter.email]
      - choose: bonus
        of:
          - when: program.club
            as: joined
            do:
              - give: WELCOME
              - points: welcome
                add: 100
"""
WORDS = "# Words\n\nA few words."


def small_files(slug: str = "orchard", journey: str = JOURNEY, stock: int = 100, pools: str = "") -> dict[str, str]:
    """The campaign's files by name; `pools` stands before the codes of its pools, which are unique in a brand."""
    texts = {f"texts/{name}.{lang}.md": WORDS for name in ("welcome", "words") for lang in ("en", "fr")}
    notices = {f"texts/notice.{lang}.md": f"We write once a month ({lang})." for lang in ("en", "fr")}
    games = {"games/quiz.yaml": QUIZ, "games/vote.yaml": VOTE}
    campaign = {"campaign.yaml": CAMPAIGN.format(slug=slug, stock=stock), "journey.yaml": journey}
    files = {**campaign, **games, **texts, **notices}
    for code in ("REGULAR", "COMEBACK", "WELCOME"):
        files = {name: text.replace(code, pools + code) for name, text in files.items()}
    return files


def publish_small(tx: Session, brand: Brand, now: datetime, **said: object) -> Campaign:
    """Push the small campaign into a brand."""
    slug = str(said.pop("slug", f"orchard-{uuid4().hex[:6]}"))
    push(tx, brand, Folder(small_files(slug, **said), {}), now)  # type: ignore[arg-type]
    return campaign_at(tx, slug)


def visiting(tx: Session, campaign: Campaign, fan: object, now: datetime, language: str = "en") -> Visit:
    """A visit of this fan, now."""
    return visit_of(tx, campaign, fan.id, {"channel": "embed"}, language, now)  # type: ignore[attr-defined]
