"""Every cell of the table of rights, tried over HTTP and as an event stream against a running gateway."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.api.cases.queries import offered
from gateway.api.http.route import Route
from gateway.api.server import ROUTES
from gateway.assembly.app import Gateway, install, running
from gateway.cases.caller import AUDITOR, FRONT_END, LOCAL, OPERATOR, PROGRAMS
from gateway.cases.rights.table import RIGHTS, Act, Cell, Sight, Whose
from gateway.installation.settings import load_settings
from gateway.journal.payload import note_part
from gateway.journal.store import schema
from gateway.model.application import Application
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import new_id
from tests.faults.installation import ROOT, sample
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application
from tests.patience import within
from tests.ports import free_ports

#: Calls that anybody may make, named here, so that a new one is open by somebody's word alone.
OPEN_TO_ANYBODY = {
    "/livez", "/readyz", "/v1/codes", "/v1/codes/{list}", "/openapi.json", "/docs", "/problems/{kind}", "/v1/departments/{name}/callbacks",
}  # fmt: skip
SERVICE = "house-transfer"
MARRIED, TAX = "marriage", "tax"


@dataclass(frozen=True, slots=True)
class Who:
    """A caller: its role, and the owner whose cases are its own."""

    name: str
    role: str
    owner: str | None = None

    @property
    def row(self) -> Mapping[Act, Cell]:
        return RIGHTS[self.role.partition(":")[0]]

    @property
    def department(self) -> str | None:
        return self.role.partition(":")[2] or None

    def tied(self, whose: Whose, owner: str | None, department: str | None) -> bool:
        if whose is Whose.ANY:
            return True
        return owner is not None and owner == self.owner if whose is Whose.OWN else department is not None and department == self.department

    def sight(self, act: Act, owner: str | None = None, department: str | None = None) -> Sight | None:
        """Read the table: the nearest tie counts."""
        return next((seen for whose, seen in self.row.get(act, {}).items() if self.tied(whose, owner, department)), None)


#: One of each role, and of those that file one of each owner. ``window`` files nothing, its group's other key does.
CALLERS = (
    Who("window", FRONT_END, "hall"),
    Who("alone", FRONT_END, "alone"),
    Who("tax", f"department:{TAX}"),
    Who("marriage", f"department:{MARRIED}"),
    Who("operator", OPERATOR),
    Who("auditor", AUDITOR),
    Who("local", LOCAL, "local"),
)


@dataclass
class House:
    """A running gateway with a case of each owner: of a group, of another group, of a key without one, of the machine."""

    gateway: Gateway
    url: str
    http: aiohttp.ClientSession
    local: aiohttp.ClientSession
    tokens: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Any] = field(default_factory=dict)
    receipts: set[bytes] = field(default_factory=set)  # codes and links that were shown
    asked: int = 0

    async def ask(self, who: str, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Make one request. Gives its status and its JSON. Of a stream no more than the head is read."""
        self.asked += 1
        headers = {"Idempotency-Key": f"key-{self.asked}", "Accept-Language": "en", **more.pop("headers", {})}
        if who != "local":
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        session, base = (self.local, "http://gateway") if who == "local" else (self.http, self.url)
        async with session.request(method, base + path, headers=headers, **more) as answer:
            if not answer.content_type.endswith("json"):
                return answer.status, answer.content_type
            told = await answer.read()
            if method == "POST" and path.endswith(("/applications", "/revisions", "/receipt")) and answer.ok:
                made = orjson.loads(told)
                self.receipts |= {one[name].encode() for one in made.get("receipts", [made]) for name in ("query_code", "link")}
            else:
                assert not [one for one in self.receipts if one in told], f"{who} {method} {path} shows a receipt"
            return answer.status, orjson.loads(told)

    async def file(self, owner: str, filer: str) -> None:
        status, self.cases[owner] = await self.ask(filer, "POST", "/v1/applications", json=sample(SERVICE))
        assert (status, len(self.cases[owner]["receipts"])) == (202, 2), self.cases[owner]

    def delivery(self, owner: str, department: str) -> str:
        return str(next(d["id"] for d in self.cases[owner]["deliveries"] if d["department"] == department))


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    settings = load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)
    async with (
        within(),
        running(install(settings), dispatch=False) as gateway,
        aiohttp.ClientSession() as http,
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(settings.socket))) as local,
    ):
        made = House(gateway, f"http://127.0.0.1:{gateway.port}", http, local)
        filers = {"hall": "other window", "another": "elsewhere", "alone": "alone", "local": "local"}
        roles = {who.name: who.role for who in CALLERS if who.role != LOCAL} | {"other window": FRONT_END, "elsewhere": FRONT_END}
        groups = {"window": "hall", "other window": "hall", "elsewhere": "another"}
        for name, role in roles.items():
            _, made.tokens[name] = await gateway.parts.keys.create(role, name, actor="test", group=groups.get(name))
        for owner, filer in filers.items():
            await made.file(owner, filer)
        yield made


def subjects(house: House, route: Route) -> Iterator[tuple[str, str | None, str | None, str]]:
    """Give what a call may be about: a name for it, its owner, its department, its path."""
    path = route.path
    if path.startswith("/v1/applications/{id}"):
        for owner, case in house.cases.items():
            yield f"the case of {owner}", owner, None, path.replace("{id}", case["id"])
        yield "no case", None, None, path.replace("{id}", new_id())
    elif path.startswith("/v1/deliveries/{id}"):
        for owner in house.cases:
            for department in (MARRIED, TAX):
                yield f"{department} of {owner}", owner, department, path.replace("{id}", house.delivery(owner, department))
        yield "no delivery", None, None, path.replace("{id}", new_id())
    elif path.startswith("/v1/departments/{name}") and route.act is not Act.ASK:
        for name in (MARRIED, TAX, "nowhere"):
            yield name, None, name, path.replace("{name}", name)
    else:
        query = next(iter(offered(house.gateway.parts.departments)))
        there = path.replace("{name}/queries/{query}", f"{query.department}/queries/{query.operation.name}")
        yield "", None, None, there.replace("{code}", SERVICE).replace("{id}", new_id())


def body(route: Route, house: House) -> Any:
    """Give a body that the call takes, as far as its case lets it."""
    if route.per_query:
        return next(iter(offered(house.gateway.parts.departments))).example
    if route.samples:
        return sample(SERVICE)
    if route.act is Act.REVISE:
        return {name: sample(SERVICE)[name] for name in ("applicant", "data")}
    return next(iter(route.body_examples.values()), {}) if route.body is not None else None


def expected(who: Who, route: Route, owner: str | None, department: str | None, what: str) -> str:
    """Read the table: ``done``, ``no right`` (403) or ``not there`` (404)."""
    assert route.act is not None
    if route.act not in who.row:
        return "no right"
    if not what:
        return "done"
    there = not what.startswith("no")
    return "done" if there and who.sight(route.act, owner, department) is not None else "not there"


def told(status: int, what: str) -> str:
    """Name an answer. Of a call that is about nothing in particular, 404 is about an id that was made up."""
    named = {401: "no key", 403: "no right", 404: "not there" if what else "done", 500: "failed"}
    return named.get(status, "done")


def test_every_call_does_an_act_or_is_open_by_name() -> None:
    assert {route.path for route in ROUTES if route.act is None} == OPEN_TO_ANYBODY
    tried = {who.role.partition(":")[0] for who in CALLERS}
    assert tried == set(PROGRAMS), "a program's role has a caller here"


async def test_every_cell_holds_at_every_call(house: House) -> None:
    wrong, tried = [], set()
    for route in (route for route in ROUTES if route.act is not None):
        for who in CALLERS:
            not_there = set()
            for what, owner, department, path in subjects(house, route):
                status, answer = await house.ask(who.name, route.method, path, json=body(route, house))
                got, wanted = told(status, what), expected(who, route, owner, department, what)
                tried.add((who.role.partition(":")[0], route.act))
                if got != wanted:
                    wrong.append(f"{who.name} {route.method} {route.path} {what}: {status} is {got}, the table says {wanted}: {answer}")
                if got == "not there":
                    not_there.add(str(answer))
            assert len(not_there) < 2, f"{who.name} is told apart what is another's and what is nowhere: {not_there}"
    assert wrong == []
    acts = {route.act for route in ROUTES if route.act is not None}
    assert tried == {(role, act) for role in PROGRAMS for act in acts}
    rest = {Act.READ_FORM, Act.SEE_OUTCOMES, Act.SEE_ACTS, Act.HEAR_FAILURES}
    pages = {Act.FOLLOW_PROGRESS, Act.SEE_KEYS, Act.DRAFT, Act.ANSWER}
    assert acts | rest | pages == set(Act), "the rest is tried below, pages in tests/gateway/web"


async def test_lists_filters_and_streams_hold_to_the_same_cases(house: House) -> None:
    applicant = sample(SERVICE)["applicant"]
    person = {"id_type": applicant["id_type"], "id_number": applicant["id_number"]}
    ids = {case["id"]: owner for owner, case in house.cases.items()}
    for who in CALLERS:
        for act, method, path, json in (
            (Act.LIST, "GET", "/v1/applications?limit=200", None),
            (Act.FIND, "POST", "/v1/applications/lookup?limit=200", person),
        ):
            status, page = await house.ask(who.name, method, path, json=json)
            seen = {owner for owner in house.cases if who.sight(act, owner) is not None}
            assert (status == 200) is (act in who.row), (who, act, page)
            assert status == 403 or {ids[item["id"]] for item in page["items"]} == seen, (who, act)
        for owner, case in house.cases.items():
            if Act.LIST in who.row:
                _, page = await house.ask(who.name, "GET", f"/v1/applications?number={case['number']}")
                assert len(page["items"]) == (who.sight(Act.LIST, owner) is not None), (who, owner)
            live = {"headers": {"Accept": "text/event-stream"}}
            status, kind = await house.ask(who.name, "GET", f"/v1/applications/{case['id']}/events", **live)
            there = who.sight(Act.FOLLOW, owner) is not None
            assert status == (200 if there else 404 if Act.FOLLOW in who.row else 403), (who, owner)
            assert (kind == "text/event-stream") is there, (who, owner)
            status, kind = await house.ask(who.name, "GET", f"/v1/applications/{case['id']}", headers={"If-None-Match": "*"})
            assert (status == 200) is (who.sight(Act.READ, owner) is not None), (who, owner, status, kind)


@pytest.mark.parametrize("who", CALLERS, ids=lambda who: who.name)
async def test_every_sight_is_as_the_table_says(world: World, who: Who) -> None:
    """What was handed in, what a department decided and said, what an operator did: whole, masked, or not at all."""
    keys = await _keys(world)
    for owner, filer, group in (("hall", keys["other window"], "hall"), ("alone", keys["alone"], None), ("local", "local", None)):
        case, delivery = _seen(world, caller=filer, group=group)
        one = await _get(world, who, f"/v1/applications/{case.id}")
        if who.sight(Act.READ, owner) is None:
            assert one is None
        else:
            form = one["form"]
            assert _sight_of(form and form["applicant"]["name"], "欧阳明亮", "欧阳**") is (who.sight(Act.READ_FORM, owner)), (who, owner)
            said = one["deliveries"][0]["outcome"]
            assert _sight_of(said["reason"], REASON, MASKED) is _left_out(who.sight(Act.SEE_OUTCOMES, owner)), (who, owner)
            assert _acted(one["acts"]) == who.sight(Act.SEE_ACTS, owner), (who, owner)
        detail = await _get(world, who, f"/v1/deliveries/{delivery.id}")
        if who.sight(Act.READ_DELIVERY, owner, TAX) is None:
            assert detail is None
            continue
        assert _sight_of(detail["outcome"]["reason"], REASON, MASKED) is _left_out(who.sight(Act.SEE_OUTCOMES, owner, TAX)), (who, owner)
        assert _sight_of(detail["attempts_made"][0]["said"], WORDS, MASKED_WORDS) is who.sight(Act.HEAR_FAILURES, owner, TAX), (who, owner)
        assert _acted(detail["acts"]) == who.sight(Act.SEE_ACTS, owner, TAX), (who, owner)


#: A department's texts and an operator's, whole and masked.
REASON, MASKED = "欧阳明亮的信息不符", "欧阳**的信息不符"
WORDS, MASKED_WORDS = "查无欧阳明亮", "查无欧阳**"
WHY, MASKED_WHY = "已电话告知欧阳明亮", "已电话告知欧阳**"


async def _keys(world: World) -> dict[str, str]:
    made: dict[str, str] = {}
    groups = {"window": "hall", "other window": "hall"}
    for name, role in {who.name: who.role for who in CALLERS if who.role != LOCAL}.items() | {("other window", FRONT_END)}:
        key, world.tokens[name] = await world.keys.create(role, name, actor="test", group=groups.get(name))
        made[name] = key.id
    return made


def _seen(world: World, *, caller: str, group: str | None) -> tuple[Application, Delivery]:
    """Have a case with all that not everybody sees."""
    case = an_application(caller=caller, owner_group=group)
    delivery = a_delivery(case, TAX, state=DeliveryState.REJECTED, outcome_code="31", attempts=1)
    applicant = {"name": "欧阳明亮", "id_type": "111", "id_number": "500152199001010018"}
    world.journal.add(case, [delivery], form={"applicant": applicant, "agent": None, "data": {}})
    world.journal.payload(case.id, f"outcome:{TAX}", 1, {"kind": "rejected", "code": "31", "reason": REASON, "output": None, "fields": []})
    world.journal.attempt(delivery, 1, "http_500")
    world.journal.insert(schema.payload, {"application_id": case.id, "part": f"said:{TAX}", "revision": 1, "blob": WORDS.encode()})
    part = note_part("why")
    why = {"reason": WHY, "act": "retried", "actor": "operator:li", "at": NOON}
    world.journal.payload(case.id, part, 1, why)
    later = replace(case, version=2)
    world.journal.event(later, "delivery_retried", {}, delivery.id, actor="operator:li", commitments={f"{part}@1": "0" * 64})
    return case, delivery


async def _get(world: World, who: Who, path: str) -> Any:
    headers = {} if who.role == LOCAL else {"Authorization": f"Bearer {world.tokens[who.name]}"}
    reply = await world.ask("GET", path, "local" if who.role == LOCAL else None, headers=headers)
    assert reply.status in (200, 403, 404)
    return reply.json if reply.status == 200 else None


def _sight_of(shown: str | None, whole: str, masked: str) -> Sight | None:
    return {whole: Sight.WHOLE, masked: Sight.MASKED, None: None}[shown]


def _left_out(seen: Sight | None) -> Sight | None:
    """Give the sight as an answer tells it: one that shows nothing of a text leaves it out."""
    return None if seen is Sight.NONE else seen


def _acted(acts: list[dict[str, Any]]) -> Sight | None:
    return (_sight_of(acts[0]["reason"], WHY, MASKED_WHY) or Sight.NONE) if acts else None
