"""Receipts after filing: one for each party, and on none of them what is another's."""

from __future__ import annotations

from tests.faults.installation import sample
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import clerk, file, filled, words


async def test_each_party_has_a_receipt_with_nothing_of_another_on_it(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "house-transfer")
    await browser.get(await file(browser, draft))
    buyer, seller = browser.page.split("<article")[1:]
    assert ("王*" in buyer, "李*" in buyer) == (True, False)
    assert ("王*" in seller, "李*" in seller) == (False, True)
    assert "Registration of the transfer" in buyer
    assert "Tax on the transfer" not in buyer
    assert "Other departments have steps that are not on this receipt." in buyer
    assert "Tax on the transfer" in seller
    assert "138****0002" in buyer
    assert "138****" not in seller
    values = _values(sample("house-transfer")["data"]) | {sample("house-transfer")["applicant"]["id_number"]}
    assert [one for one in values if one in browser.page] == []
    codes = {_code(buyer), _code(seller)}
    assert len(codes) == 2
    for code in codes:
        party = await hall.gateway.parts.progress.by_code(code, address="here")
        assert party.roles == (("applicant", "buyer") if code == _code(buyer) else ("seller",))
    assert buyer.count('<svg class="qr"') == 1


def _values(value: object) -> set[str]:
    match value:
        case dict():
            return set().union(*map(_values, value.values()))
        case str() if len(value) > 3:
            return {value}
    return set()


def _code(paper: str) -> str:
    return paper.partition('<b class="mono code">')[2].partition("</b>")[0]


async def test_what_happens_next_is_true_of_this_case(hall: Hall) -> None:
    browser = await clerk(hall)

    def bare(body: dict[str, object]) -> None:
        data = body["data"]
        assert isinstance(data, dict)
        del data["real_estate"]

    draft = await filled(browser, "newlywed", bare)
    await browser.get(await file(browser, draft))
    first = words(browser).partition("What happens next")[2]
    assert "Adding a co-owner" not in first
    assert "Special deductions from income tax by Tax, after: Marriage registration" in first
