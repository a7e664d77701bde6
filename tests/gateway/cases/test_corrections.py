"""The law of revisions: the person stays, granted steps are not sent again, differing knowledge is marked, and nothing is stuck."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.cases.corrections import Correction, differences
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.share import context
from gateway.journal.store import schema
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import DeliveryState
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, FieldProblem, Rejected, Returned
from gateway.texts.refusals import Refused
from tests.full import full
from tests.gateway.journal.empty import empty
from tests.gateway.worlds.offices import MAN, WOMAN, approved
from tests.gateway.worlds.world import FRONT, OPERATOR, World

S = DeliveryState
PERSONS = [
    {"name": name, "id_type": kind, "id_number": number}
    for name in (MAN["name"], WOMAN["name"])
    for kind, number in (("111", MAN["id_number"]), ("111", WOMAN["id_number"]), ("414", "E12345678"))
]


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"c": 2}, "a": 1}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["/a/c"]),
        ({"a": {"b": 1}}, {}, ["/a"]),
        ({"a": [1, {"b": 2}]}, {"a": [{"b": 2}, 1]}, ["/a"]),
        ({"a/b": 1}, {"a/b": {"c": 1}}, ["/a~1b"]),
    ],
)
def test_differences_are_named_where_they_are(before: Any, after: Any, places: list[str]) -> None:
    assert list(differences(before, after)) == places


def test_alone_nothing_is_changed_but_what_is_asked_for() -> None:
    before = context(MAN, {"a": 1, "b": {"c": 1, "d": 1}, "gone": 1, "left": 1, "list": [1]}, {})
    after = context(WOMAN, {"a": 2, "b": {"c": 2, "d": 2}, "new": 2, "more": 2, "list": [2]}, {})
    asked = frozenset({"/data/b/c", "/data/gone", "/data/new", "/data/list/0/name"})
    correction = Correction(first=MAN, before=before, after=after, asked=asked, language="en")
    assert correction.alone() == {"applicant": MAN, "data": {"a": 1, "b": {"c": 2, "d": 1}, "new": 2, "left": 1, "list": [2]}}


@given(st.lists(st.sampled_from(PERSONS), max_size=6))
def test_however_many_revisions_it_took_it_is_the_same_person(wanted: list[dict[str, str]]) -> None:
    """Ask for everything each time, which changes nothing."""
    first = last = PERSONS[0]
    asked = frozenset({"/applicant"})
    for person in wanted:
        before, after = context(last, {}, {}), context(person, {}, {})
        correction = Correction(first=first, before=before, after=after, asked=asked, language="en")
        same_name, same_document = (person["name"] == last["name"]), (person["id_number"] == last["id_number"])
        if correction.person():
            assert not (same_name and same_document)
            continue
        last = person
        assert same_name or same_document
        assert last["name"] == first["name"] or last["id_number"] == first["id_number"]
        nobody = Correction(first=first, before=before, after=after, asked=frozenset({"/data", "/applicant/mobile"}), language="en")
        assert bool(nobody.person()) is not (same_name and same_document)


class Walk:
    """A case that goes through whatever a test draws. Beyond its script an office approves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.granted: dict[str, int] = {}  # submits of each delivery that was seen approved
        self.doubted: dict[str, Any] = {}  # the contents sent under a key whose reply was lost
        self.references = 0

    def answers(self, kinds: list[str]) -> list[Any]:
        return [lambda call, asked, kind=kind: self._answer(kind, call, asked) for kind in kinds]

    def _answer(self, kind: str, call: Any, asked: Any) -> Any:
        assert self.doubted.pop(call.key, asked) == asked, "doubt is sticky: the same again"
        if kind == "lost":
            self.doubted[call.key] = asked
            return InDoubt("timeout")
        if kind == "accepted":
            self.references += 1
            return Accepted(reference=f"REF-{self.references}")
        if kind.startswith("asks"):
            return Returned(code="B", reason="again", fields=tuple(FieldProblem(name, "wrong") for name in kind.split()[1:]))
        plain = {"approved": approved(), "rejected": Rejected(code="R", reason="no"), "invalid": Invalid("gbk")}
        return plain.get(kind, Unavailable("down"))

    async def go(self, case: str) -> None:
        await self.world.run()
        self.world.later(12)
        self.look(case)

    def look(self, case: str) -> None:
        """Check the properties that always hold."""
        now = self.world.case(case)
        submits: dict[str, list[Any]] = defaultdict(list)
        for office in self.world.offices.values():
            for method, call, asked in office.calls:
                if method == "submit":
                    submits[call.key.partition("-")[0]].append(asked)
        for delivery in now.deliveries.values():
            sent = submits[delivery.id.replace("-", "")]
            if delivery.state is S.APPROVED and sent:
                assert self.granted.setdefault(delivery.id, len(sent)) == len(sent), "what was granted is not sent again"
            if delivery.state is S.SENDING:
                continue  # it may be under way as it is now
            if delivery.told and sent:
                now_told = self._would_be_told(case, delivery.step)
                if now_told.number is None:  # a question is being asked anew: its answer may be the same
                    now_told = now_told.model_copy(update={"number": sent[-1].number})
                assert (delivery.told_otherwise is not None) == (now_told != sent[-1])
            else:
                assert delivery.told_otherwise is None or not sent

    def _would_be_told(self, case: str, step: str) -> Any:
        now = self.world.case(case)
        service = self.world.catalogue.by_digest(now.application.service_digest)
        assert service is not None
        return service.steps[step].request(self.world.casework.context(now, self._payload(case)))

    def _payload(self, case: str) -> dict[tuple[str, int], bytes]:
        rows = self.world.rows(select(schema.payload).where(schema.payload.c.application_id == case))
        return {(row.part, row.revision): row.blob for row in rows}

    async def revise(self, case: str, number: int, document: dict[str, Any]) -> bool:
        before = self.world.case(case)
        try:
            await self.world.revise(case, document["data"], applicant=document["applicant"], key=f"rev-{number}")
        except Refused:
            assert self.world.case(case) == before
            return False
        self.look(case)
        return True

    async def finish(self, case: str, last: dict[str, Any]) -> None:
        """Check that nothing is stuck: each delivery that waits for a person is moved on by one, and the case ends."""
        for number in range(100, 140):
            for _ in range(2):
                await self.go(case)
            now = self.world.case(case)
            if now.application.state in APPLICATION_ENDED:
                return
            if any(d.correctable for d in now.deliveries.values()):
                assert await self.revise(case, number, last), "what is asked for can always be answered"
            for delivery in self.world.case(case).deliveries.values():
                if delivery.state in (S.IN_DOUBT, S.HELD) and delivery.lease_owner is None and delivery.doubt_since is not None:
                    self.doubted.pop(delivery.key, None)  # a person knows that it never arrived
                    await self.world.repairs.resolve(delivery.id, caller=OPERATOR, happened=False, outcome=None, reason="asked")
                elif delivery.state is S.HELD and not delivery.correctable:
                    await self.world.repairs.retry(delivery.id, caller=OPERATOR)
                elif delivery.state is S.DECIDING:
                    await self.world.call_back(delivery.department, id=f"m{number}{delivery.step}", reference=delivery.reference)
        raise AssertionError(self.world.states(case))


KINDS = ["approved", "approved", "asks note", "asks name", "asks id_number", "asks", "invalid", "lost", "down", "accepted", "rejected"]
SERVICES = ["noted", "shared", "pair-same", "asked-two", "asked-beside", "chain", "wanted", "office-never"]
DOCUMENTS = st.fixed_dictionaries(
    {
        "applicant": st.sampled_from(PERSONS),
        "data": st.fixed_dictionaries({"note": st.sampled_from("xyz")}, optional={"own": st.sampled_from("yz"), "want": st.booleans()}),
    }
)


WALKS = st.fixed_dictionaries(
    {
        "service": st.sampled_from(SERVICES),
        "office": st.lists(st.sampled_from(KINDS), max_size=5),
        "annex": st.lists(st.sampled_from(KINDS), max_size=5),
        "revisions": st.lists(DOCUMENTS, max_size=5),
        "take_back": st.booleans(),
    }
)


WALKING = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.slow("twenty cases, each in a journal of its own; each law has its case above")
@settings(WALKING, max_examples=20)
@given(drawn=WALKS)
def test_whatever_is_revised_the_law_holds(
    small_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, Any]
) -> None:
    asyncio.run(_walked(small_catalogue, tmp_path_factory.mktemp("walk"), drawn))


@pytest.mark.slow("80 cases, or 300, each in a journal of its own; twenty of them stay in make test")
@pytest.mark.timeout(300)
@settings(WALKING, max_examples=full(300, 80))
@given(drawn=WALKS)
def test_the_law_holds_of_many_cases(small_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, Any]) -> None:
    asyncio.run(_walked(small_catalogue, tmp_path_factory.mktemp("walk"), drawn))


async def _walked(catalogue: Catalogue, folder: Path, drawn: dict[str, Any]) -> None:
    world = World(folder=folder, catalogue=catalogue, url=empty(folder / "journal.db"))
    await world.open()
    await _walk(world, **drawn)
    world.prove()
    await world.close()
    shutil.rmtree(folder)


async def _walk(
    world: World, *, service: str, office: list[str], annex: list[str], revisions: list[dict[str, Any]], take_back: bool
) -> None:
    walk = Walk(world)
    for name, kinds in (("office", office), ("annex", annex)):
        world.offices[name].says("submit", *walk.answers(kinds))
    last = {"applicant": PERSONS[0], "data": {"note": "x", "own": "y"}}
    case = await world.file(service, last["data"], applicant=last["applicant"])
    for number, document in enumerate(revisions):
        await walk.go(case)
        if await walk.revise(case, number, document):
            last = document
    person, application = last["applicant"], world.case(case).application
    assert person["name"] == MAN["name"] or person["id_number"] == MAN["id_number"]
    assert application.applicant_index == world.casework.applicant_index(person["id_type"], person["id_number"])
    if take_back and application.state not in APPLICATION_ENDED:
        assert await _taken_back(world, case) == await _taken_back(world, case)
    await walk.finish(case, last)


async def _taken_back(world: World, case: str) -> str:
    try:
        await world.revisions.withdraw(case, caller=FRONT, reason=None)
    except Refused as refused:
        return str(refused)
    return "asked"
