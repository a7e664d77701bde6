"""Knowledge of the gateway under test: ids of its cases, deliveries, jobs and keys, bodies that fit, and used keys."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import requests
from schemathesis import Case

#: The role of a caller over the unix socket.
LOCAL = "local"
_MOST = 300
#: Values on which readers of JSON, of forms and of databases differ.
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.0, 1.5, 2**53, 2**63, -(2**70), 1e300, "", " ", "\u3000", "\u0000", "a\nb", "\u200b", "\u202e",
    "\ufeff", "\U0002070e",
    "x" * 300, "0", "true", "null", "１", "<b>", "'\"", "${x}", "../..", [], {}, [[]], {"": {}}, {"a/b~c d": 1}, ["x"] * 50,
    "500152199001010018", "2026-02-30", "9999-12-31", "0000-00-00", "1970-01-01",
)  # fmt: skip


class Known:
    """The values that requests are filled with. ``given`` holds ids by kind, names by parameter, bodies by operation."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._ids: dict[str, list[str]] = {kind: list(ids) for kind, ids in given["ids"].items()}
        self._names: Mapping[str, list[str]] = given["names"]
        self._bodies: Mapping[str, list[Any]] = given["bodies"]
        self._cursors: dict[str, list[str]] = {}
        self._used: list[tuple[str, Any]] = []

    def fill(self, case: Case, dice: Random) -> None:
        """Put known values into a generated request."""
        path = dict(case.path_parameters or {})
        for name, made in list(path.items()):
            pool = self._ids.get(case.operation.path.split("/")[2], []) if name == "id" else self._names.get(name, [])
            known = dice.choice(pool) if pool and dice.random() < 0.85 else made
            path[name] = known.upper() if name == "id" and dice.random() < 0.1 else known
        case.path_parameters = path
        operation = case.operation.definition.raw["operationId"]
        cursors = self._cursors.get(operation)
        if cursors and dice.random() < 0.3:
            case.query = {**(case.query or {}), "after" if operation == "followAll" else "cursor": dice.choice(cursors)}
        self._body(case, operation, dice)

    def _body(self, case: Case, operation: str, dice: Random) -> None:
        headers = case.headers if case.headers is not None else {}
        usable = "Idempotency-Key" in headers and dice.random() < 0.8
        if usable:
            headers["Idempotency-Key"] = str(uuid.UUID(int=dice.getrandbits(128)))
        bodies = self._bodies.get(operation)
        if not bodies or dice.random() < 0.3:
            return
        if self._used and dice.random() < 0.1:  # a repeat, of this call or under another
            headers["Idempotency-Key"], case.body = dice.choice(self._used)
        else:
            case.body = copy.deepcopy(dice.choice(bodies))
            if dice.random() < 0.5:
                bend_value(case.body, dice)
            elif usable:
                self._used.append((headers["Idempotency-Key"], copy.deepcopy(case.body)))
        case.media_type = "application/json"
        headers["Content-Type"] = "application/json"
        case.headers = headers

    def learn(self, operation: str, path: str, answer: requests.Response) -> None:
        """Keep the ids that an answer holds, and the cursor of its list."""
        if not answer.headers.get("Content-Type", "").startswith("application/json") or not path.startswith("/v1/"):
            return
        body = answer.json()
        if not isinstance(body, dict):
            return
        if isinstance(body.get("next"), str):
            self._cursors.setdefault(operation, []).append(body["next"])
        if operation == "listKeys":
            return  # ours are among them and must not be revoked
        kind = "jobs" if operation == "retryDeliveries" else path.split("/")[2]
        for one in body.get("items", [body]) if isinstance(body.get("items", []), list) else []:
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                self._keep(kind, one["id"])
                for delivery in one.get("deliveries") or ():
                    if isinstance(delivery, dict):
                        self._keep("deliveries", delivery["id"])

    def _keep(self, kind: str, one: str) -> None:
        pool = self._ids.setdefault(kind, [])
        if one not in pool:
            pool.append(one)
            del pool[:-_MOST]

    def refresh(self, session: requests.Session, url: str, keys: Mapping[str, str]) -> None:
        """Let paused or limited departments go on, as an operator does."""
        headers = {"Authorization": f"Bearer {keys['operator']}"}
        for name in self._names["name"]:
            order = {"paused": False, "limits": {"concurrency": None, "rate_per_second": None}, "reason": "go on"}
            session.patch(f"{url}/v1/departments/{name}", json=order, headers=headers, timeout=30)


def bend_value(body: Any, dice: Random) -> None:  # any JSON
    """Change, remove or add one value of a body."""
    places = list(_places(body))
    if not places:
        return
    holder, at = dice.choice(places)
    match dice.randrange(4):
        case 0 if isinstance(holder, dict):
            del holder[at]
        case 1 if isinstance(holder, dict):
            holder[dice.choice(["x", "a b", "a/b", "~", "", "名", "500152199001010018", "__proto__", "x" * 300])] = dice.choice(ODD_VALUES)
        case _:
            holder[at] = dice.choice(ODD_VALUES)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # any JSON
    if isinstance(value, dict):
        for name in value:
            yield value, name
            yield from _places(value[name])
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield value, place
            yield from _places(child)
