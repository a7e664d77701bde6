"""A journal in which every table has rows, each written as the gateway writes it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson

from gateway.cases.answering.door import Door
from gateway.cases.caller import CLERK, LOCAL_CALLER, Caller
from gateway.cases.suspending.suspensions import NewSuspension
from gateway.catalogue.catalogue import Catalogue
from gateway.journal.hours.counting import Span, count
from gateway.journal.hours.figures import HOUR, hour_of
from gateway.journal.hours.keeping import DueHours, KeepHours
from gateway.journal.queues.departments import KeepStanding
from gateway.journal.queues.parties import of_case
from gateway.journal.read.insights import Insights
from gateway.journal.read.nodes import About, Say
from gateway.model.department import BreakerRow
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.identifiers import CHINA
from gateway.model.outcome import Accepted, Returned
from gateway.operations.controls import WantedControls as Said
from gateway.operations.keys.changes import JournalKeys
from gateway.people.people import people_of
from gateway.texts.refusals import Refused
from tests.gateway.worlds.held import working
from tests.gateway.worlds.offices import MAN, WOMAN, config
from tests.gateway.worlds.world import FRONT, KEY_MAC, OPERATOR, World

CLERK_LI = Caller(id="0190a000-0000-7000-8000-0000000000c1", name="李伟", role=CLERK, user="user:li.wei", group="hall")
CLERK_WANG = Caller(id="0190a000-0000-7000-8000-0000000000c2", name="王芳", role=CLERK, user="user:wang", group="hall")


async def everything(folder: Path, catalogue: Catalogue, url: str) -> World:
    """Make the world. It is open, with nothing under way."""
    world = World(folder=folder, catalogue=catalogue, url=url, configs={"annex": config("annex", quota=20)})
    await world.open()
    await _ended(world)
    await _sold(world)
    await _open(world)
    await _called_back(world)
    await _withdrawn(world)
    await _voided(world)
    await _operated(world)
    await _signed_in(world)
    await _drafted(world)
    await _guessed(world)
    await _counted(world)
    return world


async def _ended(world: World) -> None:
    """File a case of two steps, one of them returned once and revised, the other counted against a quota."""
    world.offices["office"].says("submit", Returned(code="B1", reason="again"))
    case = await world.file("pair", {"note": "a", "own": "b"})
    await world.run()
    await world.revise(case, {"note": "c", "own": "b"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]


async def _sold(world: World) -> None:
    """File a case in which the applicant acts for a firm and the buyer is replaced by another."""
    firm = {"name": "某公司", "uscc": "91500152MA00000158"}
    buyers = [{"name": name, "id_number": number} for name, number in (("王芳", WOMAN["id_number"]), ("他人", "999999199001010016"))]
    world.offices["office"].says("submit", Returned(code="B1", reason="again"))
    case = await world.file("sale", {"buyer": buyers[0], "firm": firm})
    await world.run()
    await world.revise(case, {"buyer": buyers[1], "firm": firm}, key="rev-2")
    await world.run()
    assert world.states(case) == ["approved", "approved"]


async def _open(world: World) -> None:
    """File three cases: one that is polled once in vain, one in doubt, one that waits to be sent again."""
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-2"))
    office.says("poll", Unavailable("connect"))
    polled = await world.file("office-safe")
    await world.run()
    world.later(30)
    await world.run()
    office.says("submit", InDoubt("timeout"))
    doubted = await world.file("office-never")
    await world.run()
    office.says("submit", Unavailable("connect"))
    waiting = await world.file("office-safe")
    await world.run()
    assert [world.one(case).state.value for case in (polled, doubted, waiting)] == ["deciding", "in_doubt", "ready"]


async def _called_back(world: World) -> None:
    """Call back before anybody knows the case, while it is sent, and when all is over."""
    await world.call_back("silent", id="m-1", reference="NOBODY'S")
    world.offices["silent"].says("submit", Accepted(reference="REF-7"), Accepted(reference="REF-8"))
    await world.call_back("silent", id="m-2", reference="REF-7")
    early = await world.file("silent-never")
    await world.run()
    late = await world.file("silent-never")
    await world.call_back("silent", id="m-3", key=world.one(late).key)
    await world.run()
    await world.call_back("silent", id="m-4", key=world.one(late).key)
    assert [world.one(case).state.value for case in (early, late)] == ["approved", "approved"]


async def _withdrawn(world: World) -> None:
    world.offices["mute"].says("submit", Invalid("schema"))
    case = await world.file("mute-safe")
    await world.run()
    await world.revisions.withdraw(case, caller=FRONT, reason="moved away")
    assert world.states(case) == ["withdrawn"]


async def _voided(world: World) -> None:
    """File a case on a clerk's word that it was handed in an hour before, and void it before anything is sent."""
    world.permits.allow("office", 0)
    handed_in = datetime.fromtimestamp(time.time() - 3600, CHINA).isoformat()
    late = {"handed_in_at": handed_in, "clerk": "li.wei", "reason": "power cut"}
    document = {"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}, "late_entry": late}
    body = orjson.dumps(document)
    filed = await world.intake.file(body, caller=LOCAL_CALLER, idempotency_key="late", language="en", traceparent=None)
    await world.revisions.void(filed.application_id, caller=LOCAL_CALLER, reason="filed twice")
    world.permits.allow("office", None)


async def _operated(world: World) -> None:
    """Begin a job of two chunks, and write what operators and breakers say of a department, a node, keys."""
    for _ in range(2):
        world.offices["caller"].says("submit", Invalid("schema"))
        world.offices["annex"].says("submit", Invalid("schema"))
        await world.file("caller-safe")
        await world.file("annex-safe")
        await world.run()
    async with working(world) as work:
        await work.begin(reason="their contract was wrong", problem="schema")
        await work.finish()
    await world.controls.change("mute", Said(paused=True, limits={"rate_per_second": 5}), reason="they asked", caller=OPERATOR)
    await world.controls.change("mute", Said(paused=False), reason="done", caller=OPERATOR)
    await world.controls.change("silent", Said(paused=True), reason="moving", caller=OPERATOR)
    planned = NewSuspension(service="office-safe", notice_zh="系统升级", since=world.now + HOUR, until=world.now + 2 * HOUR)
    made = await world.suspensions.suspend(planned, reason="they asked", caller=OPERATOR, language="en")
    await world.suspensions.change_end(made.id, None, reason="longer", caller=OPERATOR, language="en")
    await world.suspensions.resume("office-safe", only=made.id, reason="done", caller=OPERATOR)
    await world.suspensions.suspend(replace(planned, notice_en="Moving"), reason="after all", caller=OPERATOR, language="en")
    standing = BreakerRow(name="mute", breaker="open", failures=5, problem="connect", since=world.now, probe_at=world.now, version=1)
    await world.journal.write(KeepStanding(row=standing))
    about = About(id=world.journal.node, host="host", process=1, address="http://host:8080", roles="api,dispatch", version="1")
    await world.journal.write(Say(about=about))
    keys = JournalKeys(world.journal, KEY_MAC)
    for number in range(2):
        row = {"id": f"key-{number}", "name": "hall", "role": "front-end", "hash": f"{number}" * 64, "created_at": 1, "revoked_at": None}
        await keys.key_created(row, actor="local")
    await keys.key_revoked("key-1", world.now, actor="local")
    later = {"id": "key-2", "hash": "2" * 64, "created_at": 1, "revoked_at": None, "expires_at": world.now * 2}
    await keys.key_succeeded("key-0", later, world.now * 2, actor="local")
    await keys.keys_used({"key-0": world.now})
    await keys.key_joined("key-0", "hall", actor="local")


async def _signed_in(world: World) -> None:
    """Make an account of each kind, sign in, sign out, end a session, and let one that is over go with the next sign-in."""
    insights = Insights(world.reader)
    people = people_of(world.journal, insights, KEY_MAC.secrets, {"office"}, world.metrics)
    word = "a long enough password"
    clerk = await people.accounts.create("clerk", "Li", "clerk", group="hall", password=word, actor="local")
    await people.accounts.create("auditor", "Wang", "auditor", password=word, actor="local")
    tokens = [(await people.sign_in("clerk", word, "", address="unknown")).token for _ in range(2)]
    signed = await people.sessions.recognise(tokens[0])
    assert signed is not None
    await people.sessions.sign_out(signed)
    for _ in range(2):
        await people.sign_in("clerk", word, "", address="unknown")
    await people.sessions.end((await people.sessions.of(clerk.account.id))[0].id, actor="local")
    gone = await people.accounts.create("gone", "Zhao", "officer:office", password=word, actor="local")
    await people.accounts.disable(gone.account.id, actor="local")
    insights.close()


async def _drafted(world: World) -> None:
    """Keep a draft, file another, and take away a third."""
    person = {f"/applicant/{name}": text for name, text in MAN.items()}
    kept, filed, gone = [await world.drafts.begin("typed", CLERK_LI, {**person, "/data/note": "a"}) for _ in range(3)]
    await world.drafts.save(kept.id, CLERK_LI, kept.version, {"/data/own": "b"})
    await world.drafts.file(filed.id, CLERK_LI, "en")
    await world.drafts.discard(gone.id, CLERK_LI)
    await world.drafts.hand_over(kept.id, "li.wei", CLERK_WANG)


async def _guessed(world: World) -> None:
    """Have somebody who found a receipt guess at the end of the buyer's number."""
    data = {"note": "x", "buyer": {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}}
    case = await world.file("sale", data)
    await world.run()
    with world.reader.connect() as connection:
        buyer = next(row for row in of_case(connection, case) if "buyer" in row.roles)
    door = Door(write=world.journal.write, keys=KEY_MAC.secrets, clock=lambda: world.now)
    with contextlib.suppress(Refused):
        definition = world.catalogue.services["sale"].definition
        await door.open(buyer, "of a receipt", "000000", definition=definition, form={"applicant": MAN, "data": data})


async def _counted(world: World) -> None:
    """Count the hours, as every node does each minute. The host's clock says when cases came, the world's when they were handed on."""
    begins = hour_of(world.now)
    span = Span(begins=begins, ends=begins + 2 * HOUR)
    with world.reader.connect() as connection:
        counted = count(connection, span, world.casework.departments)
    assert counted.departments
    due = DueHours(span=span, at=world.now, settled=begins, over=world.now, more=False)
    await world.journal.write(KeepHours(due=due, counted=counted))
