"""The sample brand page: a site of its own that carries nothing of the engine but the snippet."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.demo.people import Person

TEMPLATES = Path(__file__).parents[2] / "app/demo/templates"
ADA = Person("ada", "Ada <Archer>", None, blurb={"en": "Shops every week.", "fr": "Vient chaque semaine."})


def page(lang, people=(ADA,)):
    """The page as served, with nothing left undefined."""
    jinja = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    given = {"slug": "spring_tab", "engine": "http://engine.test", "people": people}
    return jinja.get_template("demo/brand.html").render(lang=lang, **given)


@pytest.mark.parametrize(("lang", "words"), [("en", "Picked this morning"), ("fr", "Cueilli ce matin")])
def test_the_page_speaks_the_language_asked_for(lang, words):
    assert f'<html lang="{lang}">' in page(lang)
    assert words in page(lang)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_snippet_holds_a_link_for_when_scripts_do_not_run(lang):
    snippet = re.search(r'<div data-fanfare="spring_tab"[^>]*data-title="[^"]+"><a [^>]*href="([^"]+)"', page(lang))

    assert snippet[1] == f"http://engine.test/t/spring_tab?lang={lang}"


def test_the_page_bears_a_strict_content_security_policy():
    assert re.findall(r"<script(.*?)>(.*?)</script>", page("en"), re.S) == [
        (' async src="http://engine.test/static/dist/embed.v1.js"', "")
    ]
    assert "style=" not in page("en")
    assert "<style" not in page("en")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_says_where_its_purchases_come_from(lang):
    assert "<cite>The Complete Journey</cite>" in page(lang)


def test_the_persons_to_come_as_are_told_and_escaped():
    assert "<dt>Ada &lt;Archer&gt;</dt><dd>Vient chaque semaine.</dd>" in page("fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_mails_of_the_demo_are_one_click_away(lang):
    assert f'href="http://engine.test/dev/mail?lang={lang}"' in page(lang)


def test_without_persons_there_is_no_empty_list():
    assert "<dl" not in page("en", people=())
