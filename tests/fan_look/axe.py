"""axe-core in a page: `violations(page)` lists what it finds, one short line each.

The engine comes in the wheel axe-playwright-python; it is evaluated, not loaded, so that the page's own policy stands.
"""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Frame, Page

ENGINE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then((found) => found.violations)"""


def violations(page: Page | Frame) -> list[str]:
    """What axe finds in this page or frame."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(ENGINE)
    found = page.evaluate(RUN, RULES)
    return [f"{rule['id']}: {node['html'][:120]} {node['any'][:1]}" for rule in found for node in rule["nodes"]]
