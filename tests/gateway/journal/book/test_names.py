"""Names in the book: keys and accounts by their ids, applicants as the latest revision says them."""

from __future__ import annotations

from gateway.journal.book.names import applicants_of, filers
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import FORM, NOON, Journal, an_application


async def test_the_latest_revision_says_the_name(journal: Journal, insights: Insights) -> None:
    first, second = an_application(), an_application(revision=2)
    journal.add(first, [])
    journal.add(second, [], {**FORM, "applicant": {**FORM["applicant"], "name": "欧阳明亮"}})
    journal.payload(second.id, "form", 1, FORM)
    journal.payload(second.id, "outcome:tax", 3, {"applicant": {"name": "not this"}})
    found = await insights.read(lambda c: applicants_of(c, [first.id, second.id, new_id()]))
    assert found == {first.id: "欧阳明", second.id: "欧阳明亮"}
    assert await insights.read(lambda c: applicants_of(c, [])) == {}


async def test_who_filed_is_a_key_or_an_account(journal: Journal, insights: Insights) -> None:
    key, person = new_id(), new_id()
    row = {"id": key, "name": "window 3", "role": "front-end", "hash": "h" * 64, "created_at": NOON, "revoked_at": None, "mac": "m" * 64}
    journal.insert(schema.api_key, row)
    account = {
        "id": person, "login": "li", "name": "李静", "role": "clerk", "owner_group": "hall", "password": "p", "totp": None,
        "created_at": NOON, "changed_at": NOON, "disabled_at": None, "mac": "m" * 64, "totp_step": None,
    }  # fmt: skip
    journal.insert(schema.account, account)
    assert await insights.read(lambda c: filers(c, [key, person, "local"])) == {key: "window 3", person: "李静"}
    assert await insights.read(lambda c: filers(c, [])) == {}
