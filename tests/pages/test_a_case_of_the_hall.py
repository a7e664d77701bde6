"""One case of the hall with three people: a clerk files it, it comes back, its applicant answers on a phone, and the screen shows each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, expect

from tests.faults.installation import Installation, sample
from tests.pages.conftest import VARIANTS, Visitor, visiting
from tests.pages.desk import file, reach, sign_in, will_return
from tests.pages.keyboard import file_by_keyboard
from tests.patience import until

pytestmark = pytest.mark.slow("drives three browsers; tests/gateway/web has the counter, the answer and the screen without one")

#: Cases of its kind beside the one that is filed at the counter: a screen lists them by fives.
_OTHERS = 4


@dataclass(frozen=True, slots=True)
class People:
    """A clerk at a window, the applicant with a phone 390 pixels wide, and whoever looks at the screen of the hall."""

    clerk: Visitor
    applicant: Visitor
    hall: Visitor
    scripts: bool

    def shown(self, digits: str, state: str) -> None:
        """Wait until the screen says that of the case, as it does by itself, or each minute without scripts, which is not waited for."""
        page = self.hall.page
        row = page.locator(".came tbody tr", has_text=digits)
        until(lambda: (self.scripts or page.reload()) and state in " ".join(row.all_inner_texts()), why=f"no {state} is shown")


@pytest.fixture(params=[("phone", True), ("desk", True), ("desk", False)], ids=["Chinese", "English", "English, no scripts"])
def people(browser: Browser, gateway: Installation, request: pytest.FixtureRequest) -> Iterator[People]:
    language, scripts = request.param
    desk = replace(VARIANTS[language], width=1440, height=900, scripts=scripts)
    phone, screen = replace(desk, width=390, height=844), replace(desk, width=1920, height=1080)
    with (
        visiting(browser, gateway, desk) as clerk,
        visiting(browser, gateway, phone) as applicant,
        visiting(browser, gateway, screen) as hall,
    ):
        yield People(clerk, applicant, hall, scripts)
    gateway.calm()


def test_it_is_filed_returned_and_answered_and_the_screen_beside_shows_it(people: People, gateway: Installation) -> None:
    reach(gateway, file(gateway, "passport", _OTHERS), "exit_entry", "approved")
    people.hall.go("/board/hall")
    will_return(gateway, "exit_entry", "apply_passport", "mobile")
    sign_in(people.clerk, gateway, "clerk", "刘洋", "hall")
    counter = people.clerk.page
    file_by_keyboard(counter, "passport", scripts=people.scripts)
    digits, code = counter.locator(".paper .bigno b").inner_text(), counter.locator(".paper .code").inner_text()
    people.shown(digits, "待补正")
    page = people.applicant.go("/t")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    page.locator(".askbox .main-act").click()
    page.fill("#six", sample("passport")["applicant"]["id_number"][-6:])
    page.keyboard.press("Enter")
    mobile = page.locator("[name='/data/mobile']")
    expect(mobile).to_have_value("13800000005")
    mobile.fill("13800000006")
    people.applicant.fits()
    mobile.press("Enter")
    expect(page).to_have_url(f"{gateway.url}/t/case?said=answered")
    people.shown(digits, "已办结")
    for visitor in (people.clerk, people.applicant, people.hall):
        assert visitor.elsewhere == []
        assert not people.scripts or visitor.accessible() == []
