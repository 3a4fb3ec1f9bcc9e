"""A small sound campaign for the studio's tests, as the files of its folder."""

JOURNEY = """\
journey: summer
currency: USD
enter: {on: visit}
steps:
  - show: hello
  - choose: who
    of:
      - when: crm.known
        as: customer
        name: {en: Regular customers, fr: Clients fidèles}
        do:
          - give: SUN
            valid: 10d
    otherwise:
      - show: sorry
tests:
  - name: a customer gets a coupon
    today: 2026-06-15
    person: {crm.known: true}
    gets: [SUN]
"""

CAMPAIGN = """\
campaign: summer
title: {en: Summer, fr: L'été}
page: {slug: shop, name: {en: The shop, fr: La boutique}}
languages: [en, fr]
theme: {brand: "#0b6b43", accent: "#ffdf6b"}
start: {text: hello}
rules: rules
privacy: privacy
pools:
  SUN: {title: {en: Sun, fr: Soleil}, value: 5.00 USD, kind: generated, stock: 10, valid: 10d}
embed: {origins: ["https://shop.example"]}
"""

FILES = {
    "campaign.yaml": CAMPAIGN,
    "journey.yaml": JOURNEY,
    **{
        f"texts/{name}.{lang}.md": f"# {name}\n\nWords of {name}.\n"
        for name in ("hello", "sorry", "rules", "privacy")
        for lang in ("en", "fr")
    },
}
BROKEN = JOURNEY.replace("  - show: hello\n", "  - shwo: hello\n")
UNTRUE = JOURNEY.replace("gets: [SUN]", "gets: [MOON]")
