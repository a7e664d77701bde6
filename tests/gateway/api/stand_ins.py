"""Small stand-ins for the acting parts. They write to a real journal and keep the requests they got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Engine

from gateway.api.http.parts import DepartmentsDifference, Difference, Reloaded
from gateway.cases.caller import Caller
from gateway.cases.filing import Filed
from gateway.catalogue.warned import Warned
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.queues.jobs import Begun
from gateway.journal.read.job_views import JobDelivery, JobReport, JobView
from gateway.journal.read.selection import Selection
from gateway.journal.read.stuck import Stuck
from gateway.journal.store import schema
from gateway.journal.store.views import KeyView, Page
from gateway.journal.writer.commits import ANY, Changed
from gateway.model.case import Case
from gateway.model.delivery import DeliveryState
from gateway.model.errors import CallbackRefused, Located
from gateway.model.service import Text
from gateway.operations.controls import WantedControls
from gateway.operations.jobs.jobs import Prospect
from gateway.operations.keys.changes import JournalKeys
from gateway.operations.watch.presence import Nodes
from gateway.sdk.department import CallbackReply
from gateway.texts.refusals import ConfigurationRefused, Language, Refused
from gateway.texts.strict_json import Malformed, read_object
from gateway.texts.yaml_lines import ConfigProblem
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application

WARNED = Warned("/data/name", "该系统写不出", "tax")


class StandInIntake:
    """Takes any body with a known service, and refuses as the real one does."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.filed: dict[tuple[str, str], Filed] = {}
        self.asked: list[dict[str, Any]] = []
        self.refuse: Exception | None = None

    async def file(self, body: bytes, *, caller: Caller, idempotency_key: str, language: Language, traceparent: str | None) -> Filed:
        self.asked.append({"caller": caller, "key": idempotency_key, "language": language, "traceparent": traceparent})
        if self.refuse is not None:
            raise self.refuse
        before = self.filed.get((caller.id, idempotency_key))
        if before is not None:
            return Filed(application_id=before.application_id, created=False, warnings=(WARNED,))
        _read(body, language)
        application = an_application(caller=caller.id, owner_group=caller.group)
        deliveries = (a_delivery(application, "marriage"), a_delivery(application, "tax", position=1, after=("marriage",)))
        self.journal.add(application, deliveries)
        case = Case(application=application, deliveries={d.step: d for d in deliveries})
        filed = Filed(application_id=application.id, created=True, case=case, warnings=(WARNED,))
        self.filed[caller.id, idempotency_key] = filed
        return filed

    async def check(self, body: bytes, *, caller: Caller, language: Language) -> dict[str, Any]:
        _read(body, language)
        return {
            "errors": [{"pointer": "/data/spouse", "detail": "必填"}],
            "warnings": [asdict(WARNED)],
            "steps": [{"step": "tax", "department": "tax", "operation": "register", "applies": None, "sees": {"name": "欧阳*"}}],
            "suspended": None,
            "due_at": "2026-11-23T23:59:59.999+08:00",
        }


def _read(body: bytes, language: Language) -> None:
    try:
        document = read_object(body, language)
    except Malformed as error:
        raise Refused("malformed", 400, Text(zh="不是 JSON", en="not JSON"), errors=error.problems) from None
    if document.get("service") != "newlywed":
        wrong = Located("/service", "没有这个事项" if language == "zh-CN" else "names no service")
        raise Refused("unknown-service", 422, Text(zh="没有这个事项", en="There is no such service"), errors=[wrong])


class StandInRevisions:
    """Keeps the requests. A withdrawal is marked in the journal."""

    def __init__(self, journal: Journal, intake: StandInIntake) -> None:
        self.journal = journal
        self.intake = intake
        self.withdrawn: list[tuple[str, str | None]] = []
        self.voided: list[tuple[str, str]] = []

    async def revise(self, application_id: str, body: bytes, *, caller: Caller, idempotency_key: str, language: Language) -> Filed:
        _read(body, language)
        return Filed(application_id=application_id, created=True)

    async def withdraw(self, application_id: str, *, caller: Caller, reason: str | None) -> None:
        self.withdrawn.append((application_id, reason))

    async def void(self, application_id: str, *, caller: Caller, reason: str) -> None:
        self.voided.append((application_id, reason))


class StandInCallbacks:
    """Takes a body that is ``ok``."""

    async def receive(self, department: str, headers: Mapping[str, str], body: bytes) -> CallbackReply:
        if department != "tax":
            raise Refused("not-found", 404, Text(zh="没有这个部门", en="There is no such department"))
        if body != b"ok":
            cause = CallbackRefused("wrong_signature")
            raise Refused("unauthorized", 401, Text(zh="签名不正确", en="Not authentic")) from cause
        return CallbackReply(status=200, headers={"Content-Type": "text/xml"}, body=f"<ack id='{headers['webhook-id']}'/>".encode())


class StandInQueries:
    """Answers one question, with ``answer`` if a test sets it."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] | None = None

    async def ask(self, department: str, query: str, body: bytes, *, caller: Caller, language: Language) -> dict[str, Any]:
        if department not in ("marriage", "tax") or query != "housing_holdings":
            raise Refused("not-found", 404, Text(zh="没有这个查询", en="There is no such query"))
        return {"kind": "approved", "output": {"count": 0}} if self.answer is None else self.answer


class StandInRepairs:
    """Keeps the requests, and refuses them if ``conflict`` is set."""

    def __init__(self) -> None:
        self.retried: list[str] = []
        self.reasons: list[str | None] = []
        self.resolved: list[dict[str, Any]] = []
        self.taken_back: list[tuple[str, str]] = []
        self.conflict = False

    async def retry(self, delivery_id: str, *, caller: Caller, reason: str | None) -> None:
        if self.conflict:
            raise Refused("conflict", 409, Text(zh="已办结", en="It has ended"))
        self.retried.append(delivery_id)
        self.reasons.append(reason)

    async def unresolve(self, delivery_id: str, *, caller: Caller, reason: str) -> None:
        if self.conflict:
            raise Refused("conflict", 409, Text(zh="已办结", en="It has ended"))
        self.taken_back.append((delivery_id, reason))

    async def resolve(self, delivery_id: str, *, caller: Caller, happened: bool, outcome: dict[str, Any] | None, reason: str) -> None:
        self.resolved.append({"delivery": delivery_id, "happened": happened, "outcome": outcome, "reason": reason})


class StandInJobs:
    """Keeps the requests, and reports ``found`` for a job."""

    def __init__(self) -> None:
        self.begun: list[tuple[Selection, str, str | None]] = []
        self.stopped: list[str] = []
        self.found: JobReport | None = None
        self.page: Page[JobDelivery] = Page((), None)

    async def prospects(self, wanted: Selection) -> list[Prospect]:
        return [
            Prospect(department="tax", state=DeliveryState.HELD, would="sent_again", count=2),
            Prospect(department="tax", state=DeliveryState.IN_DOUBT, would="never", count=1),
            Prospect(department="marriage", state=DeliveryState.HELD, would="sent_again", count=4),
        ]

    async def begin(self, wanted: Selection, *, caller: Caller, key: str, said: Mapping[str, Any], reason: str | None) -> Begun:
        created = key not in [one[1] for one in self.begun]
        self.begun.append((wanted, key, reason))
        assert self.found is not None
        return Begun(id=self.found.job.id, body_hmac="", created=created)

    async def stop(self, job_id: str, *, caller: Caller) -> None:
        self.stopped.append(job_id)

    async def several(self, cursor: str | None, limit: int) -> Page[JobView]:
        return Page((self.found.job,) if self.found else (), None)

    async def report(self, job_id: str) -> JobReport | None:
        return self.found if self.found is not None and self.found.job.id == job_id else None

    async def deliveries(self, job_id: str, result: str | None, cursor: str | None, limit: int) -> Page[JobDelivery]:
        return self.page


class StandInWatchdog:
    """Reports whatever a test sets."""

    def __init__(self) -> None:
        self.found: list[Stuck] = []

    async def look(self) -> list[Stuck]:
        return self.found


class StandInPresence:
    """Reports whatever a test sets."""

    def __init__(self) -> None:
        self.found = Nodes(items=(), alone=True)

    async def look(self) -> Nodes:
        return self.found


class StandInDefinitions:
    """Keeps the requests, and refuses them if ``wrong`` is set."""

    def __init__(self) -> None:
        self.moved: list[tuple[str, str, Language]] = []
        self.wrong: list[Located] = []

    async def move(self, application_id: str, *, caller: Caller, reason: str, language: Language) -> None:
        if self.wrong:
            raise Refused("validation", 422, Text(zh="见 errors", en="see errors"), errors=self.wrong)
        self.moved.append((application_id, reason, language))


class StandInControls:
    """Keeps the requests, in the journal's table too."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.asked: list[tuple[str, WantedControls, str]] = []
        self.probed: list[str] = []

    async def change(self, name: str, wanted: WantedControls, *, reason: str, caller: Caller) -> None:
        if name == "unknown":
            raise Refused("not-found", 404, Text(zh="没有这个部门", en="There is no such department"))
        self.asked.append((name, wanted, reason))
        limits = {"concurrency": None, "rate_per_second": None, **wanted.limits}
        row = {"name": name, "paused": bool(wanted.paused), **limits, "changed_at": NOON, "version": 1}
        with self.journal.engine.begin() as connection:
            connection.execute(schema.department_control.delete())
            connection.execute(schema.department_control.insert(), row)

    async def probe(self, name: str, *, caller: Caller) -> None:
        if name != "tax":
            raise Refused("not-found", 404, Text(zh="没有这个部门", en="There is no such department"))
        if name in self.probed:
            raise Refused("conflict", 409, Text(zh="正在试探", en="It is being probed"))
        self.probed.append(name)


class StandInConfiguration:
    """Reports one changed service, or refuses with ``problems``."""

    def __init__(self) -> None:
        self.problems: list[ConfigProblem] = []
        self.actors: list[str] = []

    async def reload(self, *, actor: str) -> Reloaded:
        self.actors.append(actor)
        if self.problems:
            raise ConfigurationRefused(self.problems)
        services: Difference = {"added": {}, "changed": {"newlywed": "d" * 64}, "removed": []}
        departments: DepartmentsDifference = {"added": {}, "changed": {}, "removed": [], "reopened": []}
        return {"services": services, "departments": departments, "calendar": [2027], "restart_needed": ["port"]}


@dataclass(slots=True)
class StandInCommits:
    """Tells watchers of a commit when a test says so. ``watchers`` lets it wait for them."""

    watched: dict[str, set[Changed]] = field(default_factory=dict)
    began: asyncio.Event = field(default_factory=asyncio.Event)

    def latest(self, application_id: str, /) -> None:
        return None

    @asynccontextmanager
    async def watching(self, application_id: str, /, *, halt: bool = False) -> AsyncIterator[Changed]:
        one = Changed(halt=halt)
        self.watched.setdefault(application_id, set()).add(one)
        self.began.set()
        try:
            yield one
        finally:
            self.watched[application_id].discard(one)

    def committed(self, application_id: str) -> None:
        for one in (*self.watched.get(application_id, ()), *self.watched.get(ANY, ())):
            one.tell()


class KeysWritten(JournalKeys):
    """Writes keys to the journal."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.mac = key_mac(b"k" * 32)
        self.actors: list[str] = []

    async def key_created(self, row: dict[str, Any], /, *, actor: str) -> dict[str, Any]:
        self.actors.append(actor)
        row = row | {"mac": self.mac(row)}
        with self.engine.begin() as connection:
            connection.execute(schema.api_key.insert(), row)
        return row

    async def key_succeeded(self, key_id: str, row: dict[str, Any], until: int, /, *, actor: str) -> dict[str, Any] | None:
        table = schema.api_key
        with self.engine.begin() as connection:
            before = connection.execute(table.select().where(table.c.id == key_id)).mappings().first()
            if before is None:
                return None
            ended = {**before, "expires_at": until}
            connection.execute(table.update().where(table.c.id == key_id).values(expires_at=until, mac=self.mac(ended)))
        same = {"name": before["name"], "role": before["role"], "caller": before["caller"] or key_id, "owner_group": before["owner_group"]}
        return await self.key_created(row | same, actor=actor)

    async def key_joined(self, key_id: str, group: str, /, *, actor: str) -> KeyView | None:
        self.actors.append(actor)
        table = schema.api_key
        with self.engine.begin() as connection:
            before = connection.execute(table.select().where(table.c.id == key_id)).mappings().first()
            if before is None:
                return None
            joined = {**before, "owner_group": group}
            joined["mac"] = self.mac(joined)
            connection.execute(table.update().where(table.c.id == key_id).values(owner_group=group, mac=joined["mac"]))
        return KeyView(**joined)

    async def keys_used(self, used: Mapping[str, int], /) -> None:
        with self.engine.begin() as connection:
            for key_id, at in used.items():
                connection.execute(schema.api_key.update().where(schema.api_key.c.id == key_id).values(last_used_at=at))

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        table = schema.api_key
        with self.engine.begin() as connection:
            statement = table.update().where(table.c.id == key_id, table.c.revoked_at.is_(None)).values(revoked_at=at)
            return connection.execute(statement).rowcount == 1
