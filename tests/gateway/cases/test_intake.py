"""An application is read strictly, checked whole, and answered as before when it comes again."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from gateway.journal.store import schema
from gateway.texts.bounds import BOUNDS, LARGE
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, World


async def test_every_mistake_is_told_at_once_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await world.post("office-safe", {"note": 1, "what": 2}, channel="door")
    assert {"/channel", "/data/note"} <= {error.pointer for error in refused.value.errors}
    assert MAN["id_number"] not in str(refused.value)
    assert world.rows(select(func.count()).select_from(schema.application)) == [(0,)]


@pytest.mark.parametrize("place", ["/applicant/name", "/agent/name", "/data/note"])
@pytest.mark.parametrize(
    ("text", "code"), [("张\x0b伟", "U+000B"), ("张\u200b伟", "U+200B"), ("\u3000", "U+3000"), ("张伟 ", "U+0020"), ("\u202e张", "U+202E")]
)
async def test_one_rule_for_every_text(world: World, place: str, text: str, code: str) -> None:
    document: dict[str, Any] = {"service": "office-safe", "channel": "counter", "applicant": {**MAN}, "agent": {**MAN}, "data": {}}
    _, part, name = place.split("/")
    document[part][name] = text
    body = orjson.dumps(document)
    report = await world.intake.check(body, caller=FRONT, language="zh-CN")
    with pytest.raises(Refused) as refused:
        await world.intake.file(body, caller=FRONT, idempotency_key="k", language="zh-CN", traceparent=None)
    assert report["errors"] == [{"pointer": one.pointer, "detail": one.detail} for one in refused.value.errors]
    assert [one["pointer"] for one in report["errors"]] == [place]
    assert code in report["errors"][0]["detail"]


async def test_warnings_are_told_by_check_and_by_filing_and_again_by_a_repeat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    step = world.catalogue.services["office-safe"].steps["do"]
    assert step.operation is not None
    monkeypatch.setattr(step, "operation", replace(step.operation, charset="gbk"))
    document = {"service": "office-safe", "channel": "counter", "applicant": {**MAN, "name": "张䶮"}, "data": {}}
    body = orjson.dumps(document)
    report = await world.intake.check(body, caller=FRONT, language="en")
    assert [(one["step"], one["pointer"]) for one in report["warnings"]] == [("do", "/applicant/name")]
    for created in (True, False):
        filed = await world.intake.file(body, caller=FRONT, idempotency_key="k", language="en", traceparent=None)
        assert filed.created is created
        assert [asdict(one) for one in filed.warnings] == report["warnings"]


async def test_what_is_no_json_is_malformed(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await world.intake.file(b'{"a": 1, "a": 2}', caller=FRONT, idempotency_key="k", language="zh-CN", traceparent=None)
    assert refused.value.status == 400


async def test_an_unavailable_department_refuses_new_applications_but_answers_known_ones(world: World) -> None:
    case = await world.file("office-safe", key="known")
    before = dict(world.catalogue.services["office-safe"].unavailable)
    world.catalogue.services["office-safe"].unavailable = {"do": "broken"}
    try:
        with pytest.raises(Refused) as refused:
            await world.post("office-safe", key="new")
        assert (refused.value.status, refused.value.kind) == (503, "department-unavailable")
        assert (await world.post("office-safe", key="known")).application_id == case
    finally:
        world.catalogue.services["office-safe"].unavailable = before


async def test_a_closed_journal_is_said_to_be_unavailable(world: World) -> None:
    await world.journal.close()
    with pytest.raises(Refused) as refused:
        await world.post("office-safe")
    assert (refused.value.status, refused.value.retry_after) == (503, 5)


async def test_check_says_what_filing_would_say_masked_and_files_nothing(world: World) -> None:
    body = orjson.dumps({"service": "wanted", "channel": "counter", "applicant": MAN, "data": {"want": False}})
    report = await world.intake.check(body, caller=FRONT, language="en")
    assert report["errors"] == []
    assert [(s["step"], s["applies"]) for s in report["steps"]] == [("first", True), ("extra", False)]
    assert MAN["id_number"] not in str(report)
    assert world.events() == []


async def test_a_calendar_that_knows_no_year_gives_no_due_time_and_the_trace_is_the_callers(world: World) -> None:
    body = orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}})
    trace = "0af7651916cd43dd8448eb211c80319c"
    filed = await world.intake.file(body, caller=FRONT, idempotency_key="k", language="en", traceparent=f"00-{trace}-b7ad6b7169203331-01")
    application = world.case(filed.application_id).application
    assert (application.due_at, application.trace_id) == (None, trace)
    await world.run()
    assert world.offices["office"].calls[0][1].traceparent.startswith(f"00-{trace}-")


async def test_a_large_body_that_is_wrong_is_told_its_errors_alone_and_how_many_more(world: World) -> None:
    data = {**{f"a{chr(97 + n // 26)}{chr(97 + n % 26)}": n for n in range(130)}, "x": "y" * LARGE}
    body = orjson.dumps({"service": "wanted", "channel": "counter", "applicant": MAN, "data": data})
    report = await world.intake.check(body, caller=FRONT, language="en")
    assert (len(report["errors"]), report["more_errors"], report["steps"]) == (BOUNDS.errors, 31, [])
    with pytest.raises(Refused) as caught:
        await world.intake.file(body, caller=FRONT, idempotency_key="k", language="en", traceparent=None)
    assert (caught.value.status, len(caught.value.errors)) == (422, 131)
