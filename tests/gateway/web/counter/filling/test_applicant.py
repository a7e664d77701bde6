"""Who applies, and who hands in: saved as typed, whatever is wrong, and told at its field."""

from __future__ import annotations

from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import begun, clerk, hidden, send, words

MAN = {
    "/applicant/name": "张伟",
    "/applicant/id_type": "111",
    "/applicant/id_number": "500152199001010018",
    "/applicant/mobile": "13800000001",
}


async def test_what_is_wrong_is_told_and_what_was_typed_stays(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "newlywed")
    assert await send(browser, f"{draft}/applicant", {**MAN, "/applicant/id_number": "500152199001010019"}) == ""
    assert 'href="#/applicant/id_number"' in browser.page
    assert 'value="500152199001010019"' in browser.page
    await browser.get(f"{draft}/applicant")
    assert 'value="500152199001010019"' in browser.page
    assert "To correct" not in browser.text
    await browser.get(f"{draft}/applicant?errors=1")
    assert "To correct: 1" in words(browser)
    assert await send(browser, f"{draft}/applicant", MAN) == f"{draft}/form"
    for title in ("Husband", "Wife"):
        await browser.get(f"{draft}/applicant")
        assert f"{title} · signs · must come in person" in words(browser)


async def test_an_agent_hands_in_for_her(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "passport")
    agent = {name.replace("applicant", "agent"): text for name, text in MAN.items()}
    assert await send(browser, f"{draft}/applicant", {**MAN, **agent, "/agent/id_number": "1"}) == ""
    assert 'href="#/agent/id_number"' in browser.page
    assert await send(browser, f"{draft}/applicant", {**MAN, **agent}) == f"{draft}/form"
    assert await send(browser, f"{draft}/applicant", MAN) == f"{draft}/form"
    await browser.get(f"{draft}/check")
    assert "Agent" not in browser.text


async def test_two_who_change_the_same_are_told_and_neither_text_is_lost(hall: Hall) -> None:
    liu, zhou = await clerk(hall), await clerk(hall, "zhou")
    draft = await begun(liu, "passport")
    await zhou.get(f"{draft}/applicant")
    seen = hidden(zhou)
    assert await send(liu, f"{draft}/applicant", MAN) == f"{draft}/form"
    answer = await zhou.post(f"{draft}/applicant", {**seen, **MAN, "/applicant/name": "张玮"})
    assert answer.status == 409
    assert "Liu changed the same at" in words(zhou)
    assert "Saved elsewhere: 张伟" in words(zhou)
    assert 'value="张玮"' in zhou.page
    again = await zhou.post(f"{draft}/applicant", {**hidden(zhou), **MAN, "/applicant/name": "张玮"})
    assert again.headers["Location"] == f"{draft}/form"
