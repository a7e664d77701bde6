from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import clerk, file, filled, words
import pytest

@pytest.mark.parametrize("service", ["newlywed","house-transfer","company-start","passport","retirement","housing-holdings"])
async def test_walk(hall: Hall, service: str) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, service)
    await browser.get(f"{draft}/check")
    print(words(browser))
    to = await file(browser, draft)
    print(words(browser)[:3000])
    assert to == f"{draft}/receipt"
    r = await browser.get(to)
    print(words(browser))
    assert r.status == 200
    r = await browser.get(f"{draft}/form")
    assert r.headers["Location"]
