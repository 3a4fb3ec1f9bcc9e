"""A fan's tab as she sees it: in a frame of the brand's page or at top level, with scripts or without.

Every method is something that a person does, and ends when what she waits for is on the screen.  `Tab.looked_at` is
called with each new screen, so that a walk can be inspected on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Frame, Locator, Page, expect

from tests.e2e.games import right_answers, text_of
from tests.e2e.words import WORDS, Words

TOO_HIGH_PX = "() => innerHeight - Math.max(560, document.body.scrollHeight)"
PATIENCE = 200  # times 50 ms


@dataclass(slots=True)
class Tab:
    """The tab in a page of a browser."""

    page: Page
    lang: str
    scripts: bool
    looked_at: Callable[[Tab, str], None]
    screens: list[str] = field(default_factory=list)  # the names of the screens seen, in their order

    @property
    def words(self) -> Words:
        return WORDS[self.lang]

    @property
    def frame(self) -> Frame:
        """Where the tab is: the frame in the page, or the page itself."""
        frames = self.page.frames
        return frames[1] if len(frames) > 1 else frames[0]

    def see(self, screen: str) -> None:
        """Wait for the screen of this name, and look at it."""
        self.frame.locator(f'[data-view="{screen}"]').wait_for()
        self.screens.append(screen)
        self.come_to_rest()
        self.looked_at(self, screen)

    def come_to_rest(self) -> None:
        """With scripts the frame becomes as high as what it shows, and the page may scroll; a click comes after that.

        Off the screen a browser lets a frame rest, so it is brought there first.
        """
        if not self.scripts or self.frame == self.page.main_frame:
            return
        place = self.frame.frame_element()
        place.scroll_into_view_if_needed()
        before = None
        for _ in range(PATIENCE):
            here = (place.bounding_box(), self.frame.evaluate(TOO_HIGH_PX))
            if here == before and abs(here[1]) < 3:
                return
            before = here
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the frame is {self.frame.evaluate(TOO_HIGH_PX)} px higher than its screen")

    def press(self, name: str) -> None:
        """Press the button, or follow the link, that says exactly this."""
        self.control(name).click()

    def control(self, name: str) -> Locator:
        button = self.frame.get_by_role("button", name=name, exact=True)
        return button.or_(self.frame.get_by_role("link", name=name, exact=True)).first

    def start(self) -> None:
        """From the first view to whatever comes."""
        self.see("first")
        self.press(self.words.play)

    def connect(self, who: str) -> None:
        """Log in as one of the provider's persons, in the window that opens, and come back."""
        self.see("connect")
        link = self.frame.get_by_role("link", name=re.compile(self.words.connect))
        if link.get_attribute("target") is None:  # at top level the same window goes there and comes back
            link.click()
            self.page.locator(f'button[value="{who}"]').click()
            return
        if self.scripts:
            self.frame.locator("form[data-ready]").wait_for()
        with self.page.context.expect_page() as opened:
            link.click()
        opened.value.locator(f'button[value="{who}"]').click()
        if not self.scripts:
            opened.value.locator('[data-view="connected"]').wait_for()
            opened.value.close()
            self.press(self.words.connected)

    def say_it_is_me(self, it_is: bool = True) -> None:
        """Answer "is this you?"."""
        self.see("link")
        self.press(self.words.yes if it_is else self.words.not_now)

    def answer_quiz(self, game: str, right: int) -> None:
        """Answer every question of the campaign's quiz: the first `right` ones rightly, all others badly."""
        self.see("quiz")
        total = self.stamps("").count() - 1
        for number in range(total):
            answer = right_answers(game, self.question, self.lang)
            self.choose(answer if number < right else self.wrong_answers(answer))
            self.press(self.words.lock_in)
            expect(self.stamps(".done:not(:last-child)")).to_have_count(number + 1)
            self.see("quiz")

    @property
    def question(self) -> str:
        return self.frame.locator("legend").inner_text().strip()

    def stamps(self, which: str) -> Locator:
        return self.frame.locator(f".stubs li{which}")

    def choose(self, answers: Iterable[str]) -> None:
        for answer in answers:
            option = self.frame.locator("label.opt", has_text=answer)
            option.click()
            expect(option.locator("input")).to_be_checked()

    def wrong_answers(self, right: Iterable[str]) -> list[str]:
        """One answer that is not right."""
        every = self.frame.locator("label.opt bdi").all_inner_texts()
        return [next(text for text in every if text not in right)]

    def vote(self, game: str, choice: str) -> None:
        """Vote for a choice of the campaign's game."""
        self.see("vote")
        self.choose([text_of(game, choice, self.lang)])
        self.press(self.words.vote)
        expect(self.control(self.words.go_on)).to_be_visible()
        self.see("vote")
        self.press(self.words.go_on)

    def answer_offer(self, joins: bool, ticks: bool) -> None:
        """Join the program or not; the box must come unticked."""
        self.see("offer")
        box = self.frame.get_by_role("checkbox")
        expect(box).not_to_be_checked()
        if ticks:
            self.frame.locator("label.check").click()
            expect(box).to_be_checked()
        self.press(self.words.join if joins else self.words.no_thanks)

    def ticket_codes(self) -> list[str]:
        """The codes on the ticket, with the foil scratched off where there is one."""
        self.see("ticket")
        for button in self.frame.get_by_role("button", name=self.words.reveal).all():
            button.click()
        return self.codes()

    def codes(self) -> list[str]:
        shown = self.frame.locator("p.code")
        for each in shown.all():
            expect(each).to_be_visible()
        return shown.all_inner_texts()

    def is_told_to_look_into_her_mail(self) -> bool:
        """Go back to the last screen, and see whether a mail is said to wait for a click."""
        self.press(self.words.back)
        self.see("ticket")
        return self.frame.get_by_text(self.words.look_into_mail).count() == 1

    def codes_after_reload(self) -> list[str]:
        """Reload the brand's page, find the way back, and open "my coupons"."""
        self.page.reload()
        self.start()
        self.see("ticket")
        self.press(self.words.coupons)
        self.see("coupons")
        return self.codes()
