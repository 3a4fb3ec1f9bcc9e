"""Drafts: a campaign's files as they are being written, and all that can be said of them before publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Invalid
from app.models import Brand, Campaign
from app.services.campaigns.content import CampaignContent, journey_source
from app.services.campaigns.reading import read_content, surroundings_of
from journeys.problems import Kind, Problem, has_errors, in_order
from journeys.testing import Report, run_tests

OTHER_SLUG = Kind(
    "campaign.other_slug", "error",
    "this is the campaign “{slug}”; its name cannot change", "c'est l'opération « {slug} » ; son nom ne change pas",
    "write “campaign: {slug}”", "écrivez « campaign: {slug} »",
)  # fmt: skip
TEST_FAILS = Kind(
    "journey.test_fails", "error",
    "the journey's test “{test}” fails: {why}", "l'essai « {test} » du parcours échoue : {why}",
    "mend the journey, or the test when it asks for the wrong thing",
    "corrigez le parcours, ou l'essai s'il demande la mauvaise chose",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft, looked at: its content when it reads, every problem, and how the journey's own tests went."""

    content: CampaignContent | None
    problems: tuple[Problem, ...]
    report: Report | None

    @property
    def publishable(self) -> bool:
        """Whether it may replace the live version."""
        return self.content is not None and not has_errors(self.problems)


def check_draft(brand: Brand, files: Mapping[str, str], slug: str | None = None) -> Checked:
    """Look at a draft: all files together, then the journey's tests, then what cannot run yet."""
    content, problems = read_content(files, surroundings_of(brand))
    if content is None:
        return Checked(None, problems, None)
    report = run_tests(content.journey)
    found = (*problems, *_slug_problems(content, slug), *content.journey.verbs_not_ready, *_failing(report, files))
    return Checked(content, in_order(found), report)


def save_draft(campaign: Campaign, files: Mapping[str, str]) -> None:
    """Keep the files as the campaign's draft, sound or not: nothing that was written is lost."""
    campaign.draft = dict(files)


def sound_draft(brand: Brand, files: Mapping[str, str], slug: str | None = None) -> CampaignContent:
    """The content of a draft that may go live.  Raises: Invalid with every problem."""
    checked = check_draft(brand, files, slug)
    if checked.content is None or not checked.publishable:
        raise Invalid(checked.problems)
    return checked.content


def _slug_problems(content: CampaignContent, slug: str | None) -> list[Problem]:
    if slug is None or content.slug == slug:
        return []
    return [Problem(OTHER_SLUG, "campaign.yaml", values={"slug": slug})]


def _failing(report: Report, files: Mapping[str, str]) -> list[Problem]:
    name = _journey_name(files)
    return [
        Problem(TEST_FAILS, name, *result.case.place, {"test": result.case.name, "why": "; ".join(result.reasons())})
        for result in report.results
        if not result.passed
    ]


def _journey_name(files: Mapping[str, str]) -> str:
    source = journey_source(files)
    return source[0] if source else "journey.yaml"
