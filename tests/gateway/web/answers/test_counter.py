"""A clerk answers what was returned to the group: found by number or code, in the same form unmasked, and nobody else's."""

from __future__ import annotations

import re

from gateway.cases.caller import Caller
from gateway.catalogue.drawing.posted import flat
from gateway.model.identifiers import new_id
from tests.gateway.web.answers.returned import data_of, give_back, mark, party, returned
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import file, kept, seen, signed_in

LIST = "/counter/answers"


async def test_a_clerk_answers_from_the_list_and_is_led_back_to_the_case(hall: Hall) -> None:
    view = await returned(hall, price="价格与合同不一致，李强")
    clerk = await signed_in(hall, "clerk", "li", "hall")
    form = f"/counter/cases/{view.application.id}/answer"
    await clerk.get(LIST)
    assert f'href="{form}"' in clerk.page
    await clerk.get(f"/console/cases/{view.application.id}")
    assert f'href="{form}"' in clerk.page
    await clerk.get(form)
    assert re.findall(r'name="(/data[^"]*)"', clerk.page) == ["/data/price"]
    for shown in ("价格与合同不一致，李强", "500152198512310026"):
        assert shown in clerk.page, "the window sees its own cases whole"
    assert (await clerk.post(form, {"/data/price": "much", **mark(clerk)})).status == 422
    assert 'value="much"' in clerk.page
    sent = {"/data/price": "630000.00", "/data/area": "1.00", **mark(clerk)}
    for _ in range(2):
        answer = await clerk.post(form, sent)
        assert (answer.status, answer.headers["Location"]) == (303, f"/console/cases/{view.application.id}?said=answered")
    after = await data_of(hall, view)
    assert (after["price"], after["area"] != "1.00") == ("630000.00", True)
    now = await seen(hall, view.application.id)
    assert (now.application.revision, now.deliveries["real_estate"].round) == (2, 2)
    events, _ = await hall.gateway.parts.insights.events(view.application.id)
    assert [one.actor for one in events if one.event == "revision_filed"] == ["user:li"]
    await clerk.get(f"/console/cases/{view.application.id}?said=answered")
    assert "The correction was handed in" in clerk.text
    assert f'href="{form}"' not in clerk.page
    await clerk.get(form)
    assert "Nothing is asked of you now" in clerk.text
    await clerk.get(LIST)
    assert "No case of your group" in clerk.text


async def test_a_case_is_found_by_number_and_by_code_and_not_anothers(hall: Hall) -> None:
    view = await returned(hall, price="x")
    receipt = hall.gateway.parts.receipts.of(await party(hall, view, "buyer"))
    assert receipt is not None
    form = f"/counter/cases/{view.application.id}/answer"
    clerk, other = await signed_in(hall, "clerk", "li", "hall"), await signed_in(hall, "clerk", "zhao", "elsewhere")
    for wanted in (view.application.number, view.application.number[-12:], receipt.query_code.lower()):
        await clerk.get(LIST)
        answer = await clerk.post(f"{LIST}/find", {"wanted": wanted, **clerk.proof()})
        assert (answer.status, answer.headers["Location"]) == (303, form), wanted
        await other.get(LIST)
        assert (await other.post(f"{LIST}/find", {"wanted": wanted, **other.proof()})).status == 422, wanted
        assert "no such case" in other.text
    assert (await other.get(form)).status == 404
    await clerk.get(LIST)
    assert (await clerk.post(f"{LIST}/find", {"wanted": "<b>", **clerk.proof()})).status == 422
    assert 'value="&lt;b&gt;"' in clerk.page


async def test_what_is_held_for_its_data_is_answered_at_the_counter(hall: Hall) -> None:
    delivery = await kept(hall, "passport", "share_failed")
    view = await seen(hall, delivery.application_id)
    clerk = await signed_in(hall, "clerk", "li", "hall")
    form = f"/counter/cases/{view.application.id}/answer"
    await clerk.get(form)
    assert "Nothing is asked" in clerk.text, "it is held for another reason"
    view = await give_back(hall, view, "exit_entry", {})
    await clerk.get(form)
    names = re.findall(r'name="(/[^"]*)"', clerk.page)
    assert {"/applicant/name", "/applicant/id_number", "/data/mobile"} <= {*names}, "no field was named: all that the step receives"


async def test_rows_of_a_list_are_added_and_removed_where_the_list_is_asked_for(hall: Hall) -> None:
    view = await file(hall, "company-start", caller=Caller(id=new_id(), name="window", role="clerk", group="hall"))
    rows = (await data_of(hall, view))["employees"]
    step = next(name for name, one in view.deliveries.items() if one.state == "ready")
    view = await give_back(hall, view, step, {"/data/employees": "少一人"})
    clerk = await signed_in(hall, "clerk", "li", "hall")
    form = f"/counter/cases/{view.application.id}/answer"
    await clerk.get(form)
    typed = flat(rows, "/data/employees")
    assert {*typed} <= {*re.findall(r'name="(/data/employees[^"]*)"', clerk.page)}
    assert (await clerk.post(form, {**typed, "add": "/data/employees", **mark(clerk)})).status == 200
    assert f'name="/data/employees/{len(rows)}' in clerk.page
    assert (await clerk.post(form, {**typed, "remove": "/data/employees/0", **mark(clerk)})).status == 200
    assert f'name="/data/employees/{len(rows) - 1}/' not in clerk.page
    assert (await seen(hall, view.application.id)).application.revision == 1
    assert (await clerk.post(form, {**typed, **mark(clerk)})).status == 303
    assert (await data_of(hall, view))["employees"] == rows


async def test_one_row_is_answered_and_the_others_stay(hall: Hall) -> None:
    view = await file(hall, "company-start")
    first, second = (await data_of(hall, view))["employees"]
    step = next(name for name, one in view.deliveries.items() if one.state == "ready")
    view = await give_back(hall, view, step, {"/data/employees/1/name": "错字"})
    clerk = await signed_in(hall, "clerk", "li", "hall")
    form = f"/counter/cases/{view.application.id}/answer"
    await clerk.get(form)
    assert re.findall(r'name="(/data[^"]*)"', clerk.page) == ["/data/employees/1/name"]
    others = {"/data/employees/0/name": "王五", "/data/employees/1/id_number": "500152199001010018", "/data/employees/2/name": "赵六"}
    assert (await clerk.post(form, {**others, "/data/employees/1/name": "", **mark(clerk)})).status == 422
    assert (await clerk.post(form, {**others, "/data/employees/1/name": "赵敏敏", **mark(clerk)})).status == 303
    assert (await data_of(hall, view))["employees"] == [first, {**second, "name": "赵敏敏"}]


async def test_a_row_that_is_not_there_asks_for_the_list(hall: Hall) -> None:
    view = await file(hall, "company-start")
    step = next(name for name, one in view.deliveries.items() if one.state == "ready")
    view = await give_back(hall, view, step, {"/data/employees/99/name": "没有这一人"})
    clerk = await signed_in(hall, "clerk", "li", "hall")
    await clerk.get(f"/counter/cases/{view.application.id}/answer")
    assert {"/data/employees/0/name", "/data/employees/1/name"} <= {*re.findall(r'name="(/data[^"]*)"', clerk.page)}
