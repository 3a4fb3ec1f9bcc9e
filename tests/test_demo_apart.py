"""The demo is one user of the product, no part of it: no code outside `app/demo` names anything of the demo's."""

import re
from pathlib import Path

import yaml

from app.demo.loading import SLUG, SOURCE, STAFF

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "app/demo"
CODE = ("app", "bench", "games", "journeys", "migrations", "static/src", "templates", "wsgi.py")
KINDS = {".py", ".yaml", ".html", ".js", ".mjs", ".css", ".mako"}
APART = (DEMO, ROOT / "journeys/library")  # the library's own journeys name games and pools that the demo fills in


def names_of_the_demo() -> set[str]:
    """Its brand, campaign, pools, attributes, games, texts of its own, pictures, and staff."""
    campaign = yaml.safe_load((DEMO / "campaign/campaign.yaml").read_text())
    files = [
        path.stem.partition(".")[0] for folder in ("games", "images") for path in (DEMO / "campaign" / folder).iterdir()
    ]
    words = [campaign["campaign"], SLUG, *campaign["pools"], *campaign["messages"], *campaign["attributes"], *files]
    return {*words, *(name for _role, name in STAFF), "The Complete Journey", "completejourney"} - {SOURCE}


def code() -> list[Path]:
    """Every file of the product's own code that stands apart from the demo."""
    found = [path for place in CODE for path in [ROOT / place, *(ROOT / place).rglob("*")]]
    return [path for path in found if path.suffix in KINDS and not any(each in path.parents for each in APART)]


def mentions(text: str) -> list[str]:
    """The demo's names in a text, as whole words."""
    return [name for name in names_of_the_demo() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]


def test_no_code_outside_the_demo_names_anything_of_it():
    named = {str(path.relative_to(ROOT)): found for path in code() if (found := mentions(path.read_text()))}

    assert named == {}


def test_a_name_of_the_demo_would_be_noticed():
    assert mentions("if campaign.slug == 'spring_tab':") == ["spring_tab"]
