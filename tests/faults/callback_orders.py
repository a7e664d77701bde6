"""Callbacks of every kind in every order: repeated, a hundred at once, before the reply, after the end, forged, stale, another's.

Each application's messages are drawn at random. A model that knows nothing of the gateway tells the right state of its delivery.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import SecretStr

from gateway.sdk.webhooks import Webhook
from tests.faults.client import Client, calling, reaches, step
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.patience import within

Kind = Literal["decision", "again", "hundred", "contrary", "processing", "forged", "stale", "unsigned", "anothers", "to another"]

_KINDS: tuple[Kind, ...] = (
    "decision",
    "again",
    "contrary",
    "processing",
    "forged",
    "stale",
    "unsigned",
    "anothers",
    "to another",
)
_OUTCOMES = ("approved", "rejected", "returned")
_SERVICE, _STEP, _OPERATION = "house-transfer", "real_estate", "register_transfer"
_AT_ONCE = 80
_PATH = "/v1/departments/real_estate/callbacks"
#: Decisions come from us alone, and the registry is never asked for them.
_SETTINGS: Mapping[str, Any] = {
    "sandbox": {"decide_after_seconds": 3600},
    "poll": {"every_seconds": 0.2, "callback_patience_seconds": 3600},
    "breaker": {"failures": 1000, "open_seconds": 0.5},
}
_FORGER = "whsec_" + "Zm9yZ2Vy" * 4


@dataclass(frozen=True, slots=True)
class Message:
    """One callback to send, with its kind and the outcome it tells."""

    kind: Kind
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The messages about one application in their order. ``early`` ones are sent while the department still holds back its reply."""

    messages: tuple[Message, ...]
    early: bool

    @property
    def stands(self) -> str:
        """Give the right state of the delivery: the first authentic decision about it counts, and nothing else."""
        return next((message.outcome for message in self.messages if message.kind in ("decision", "hundred")), "deciding")


def draw(chance: random.Random) -> Case:
    """Draw a case at random: one to eight messages, mostly with a decision among them."""
    kinds = [chance.choice(_KINDS) for _ in range(chance.randint(0, 7))]
    decision: Kind = "hundred" if chance.random() < 0.02 else "decision"
    kinds.insert(chance.randint(0, len(kinds)), decision)
    if chance.random() < 0.1:
        kinds = [kind for kind in kinds if kind not in ("decision", "hundred")]
    told = chance.choice(_OUTCOMES)
    after, messages = False, []
    for kind in kinds:
        if kind in ("again", "contrary") and not after:  # there is nothing yet to repeat or contradict
            continue
        after |= kind in ("decision", "hundred")
        # A second decision is a message of its own, but only the first counts.
        messages.append(Message(kind, told if kind in ("decision", "hundred", "again") else chance.choice(_OUTCOMES)))
    return Case(messages=tuple(messages), early=chance.random() < 0.2)


def measure(folder: Path, store: Store, amount: Amount, *, seed: int = 1) -> Figure:
    """Try so many cases. The control: forged decisions, signed with the real secret, are taken and make states wrong."""
    figure = Figure(row="R12", zh="回调的各种次序、重复与伪造", en="callbacks permuted, repeated, forged", store=store.name)
    asyncio.run(_try(folder, store, amount, seed, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, seed: int, figure: Figure) -> None:
    installation = store.install(folder, _SETTINGS)
    try:
        await installation.begin()
        secret = (installation.data.with_name("var.secrets") / "departments" / "real_estate" / "callback_secret").read_text().strip()
        chance = random.Random(seed)
        async with calling(installation) as client:
            trial = Trial(installation, client, secret)
            while amount.left(figure.trials):
                cases = [draw(chance) for _ in range(min(_AT_ONCE, amount.most - figure.trials))]
                for what in await trial.run(cases):
                    figure.amiss(what)
                figure.trials += len(cases)
            figure.notes.append(f"{trial.sent} callbacks")
            forgeable = [case for case in (draw(chance) for _ in range(200)) if case.messages and case.messages[0].kind == "forged"][:10]
            trial.forger = secret
            mistaken = await trial.run(forgeable)
            figure.control = f"{len(mistaken)} wrong states where the forger has the secret" if mistaken else None
        installation.processes[-1].stop()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
        ledger = installation.sandbox("real_estate", "ledger")
        if len({effect["key"] for effect in ledger}) != len(ledger):
            figure.doubled += 1
    finally:
        installation.close()


class Trial:
    """Files applications that the registry has (or is about to answer for) and sends callbacks about them."""

    def __init__(self, installation: Installation, client: Client, secret: str) -> None:
        self._installation = installation
        self._client = client
        self._secret = secret
        self._numbers = count()
        self.forger = _FORGER
        self.sent = 0
        self._references: dict[str, str] = {}
        self._reading = asyncio.Lock()

    async def run(self, cases: list[Case]) -> list[str]:
        """Try these cases side by side, and give the errors."""
        late = [case for case in cases if not case.early]
        early = [case for case in cases if case.early]
        found: list[str] = []
        for group, fault in ((late, None), (early, {"fault": "slow", "seconds": 0.6, "operation": _OPERATION})):
            self._installation.sandbox(_STEP, "faults", fault or {"fault": None})
            found += [what for whats in await asyncio.gather(*map(self._case, group)) for what in whats]
        return found

    async def _case(self, case: Case) -> list[str]:
        _, filed = await self._client.file(sample(_SERVICE), f"callback {next(self._numbers)}")
        application = await self._client.until(filed["id"], reaches(_STEP, *(("sending",) if case.early else ("deciding",))))
        delivery = step(application, _STEP)
        key = delivery["id"].replace("-", "") + "-1"
        reference = await self._reference(key)
        wrong = []
        told = f"{delivery['id']}-first"
        for message in case.messages:
            wrong += await self._send(message, key, reference, told, step(application, "tax")["id"])
        wanted = case.stands
        if case.early:  # only now the reply comes
            await self._client.until(filed["id"], reaches(_STEP, "deciding", *_OUTCOMES))
        if wanted != "deciding":
            async with within():
                await self._client.until(filed["id"], reaches(_STEP, *_OUTCOMES))
        stands = step(await self._client.get(f"/v1/applications/{filed['id']}"), _STEP)["state"]
        if stands != wanted:
            wrong.append(f"{case} stands {stands}, not {wanted}")
        return wrong

    async def _reference(self, key: str) -> str:
        """Find the registry's number in its ledger, where it stands before the reply. One reading serves all that wait."""
        async with within():
            while key not in self._references:
                async with self._reading:
                    if key not in self._references:
                        ledger = await asyncio.to_thread(self._installation.sandbox, _STEP, "ledger")
                        self._references = {effect["key"]: str(effect["reference"]) for effect in ledger}
                        await asyncio.sleep(0.05)  # a ledger notifies nobody of growth
        return self._references[key]

    async def _send(self, message: Message, key: str, reference: str, first: str, others: str) -> list[str]:
        """Send one message (or a hundred of it) and check the answers."""
        path, fresh = _PATH, f"{first}-{next(self._numbers)}"
        told, status, times = (fresh, 200, 1)
        at = None
        secret = self._secret
        match message.kind:
            case "decision" | "again":
                told = first
            case "hundred":
                told, times = first, 100
            case "forged":
                secret, status = self.forger, 401
            case "processing":  # authentic, but nothing that the registry may say in a callback
                status = 400
            case "stale":
                at, status = time.time() - 3600, 401
            case "anothers":  # authentic, but about a case of another department
                key = others.replace("-", "") + "-1"
            case "to another":
                path, status = _PATH.replace("real_estate", "tax"), 404
        body = _body(key, reference, "processing" if message.kind == "processing" else message.outcome)
        headers = Webhook(SecretStr(secret)).sign(told, body, at=at)
        if message.kind == "unsigned":
            del headers["webhook-signature"]
            status = 401
        answers = await asyncio.gather(*(self._post(path, headers, body) for _ in range(times)))
        if self.forger == self._secret and message.kind == "forged":
            return []
        return [f"{message} was answered {answer}" for answer in answers if not _fits(answer, status)]

    async def _post(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent += 1
        given = {**headers, "Content-Type": "application/json"}
        async with self._client.session.post(path, data=body, headers=given) as answer:
            await answer.read()
            return answer.status


def _fits(answer: int, wanted: int) -> bool:
    return 200 <= answer < 300 if wanted == 200 else answer == wanted


def _body(key: str, reference: str, outcome: str) -> bytes:
    """Write a decision as the registry's contract has it."""
    case: dict[str, Any] = {"deliveryKey": key, "reference": reference, "djlx": _OPERATION, "state": outcome}
    match outcome:
        case "approved":
            case |= {"bdcqzh": "渝(2026)潼南区不动产权第000000001号", "djrq": "2026-01-05"}
        case "rejected":
            case |= {"code": "1001", "message": "不符合登记条件"}
        case "returned":
            case |= {"code": "2001", "message": "申请材料有误", "fields": [{"name": "bdcqzh", "message": "有误"}]}
    return orjson.dumps({"type": "registration.decided", "timestamp": "2026-01-05T09:00:00+08:00", "data": case})
