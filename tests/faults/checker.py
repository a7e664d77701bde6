"""The checker: what callers were told, what the journal holds, what departments did and what the audit says are set against each other.

Every accepted application is ok, lost, duplicated or unexpected; a doubt is right only where the operation is never repeated.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Questions: they leave no effect in a ledger.
_READ_ONLY = frozenset({"marital_status", "couple_status", "housing_holdings"})
#: Operations that are never sent again: after a lost reply a person decides.
NEVER = frozenset({"apply_passport", "update_family_status"})
_OVER = frozenset({"approved", "rejected", "skipped", "withdrawn"})


@dataclass(slots=True)
class Report:
    """How many applications are as they should be, and what is wrong: ``(lost | duplicated | unexpected, what)``."""

    applications: int = 0
    effects: int = 0
    in_doubt: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)


def reconcile(database: Path, receipts: Mapping[str, Iterable[str]], ledgers: Mapping[str, Sequence[Mapping[str, str]]]) -> Report:
    """Set the four against each other.

    ``receipts``: by Idempotency-Key the application ids that were answered. ``ledgers``: the effects by department.
    """
    report = Report(effects=sum(map(len, ledgers.values())))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        applications = {row["id"]: row for row in connection.execute("SELECT * FROM application")}
        deliveries = [dict(row) for row in connection.execute("SELECT * FROM delivery ORDER BY application_id, position")]
        filings = list(connection.execute("SELECT key, application_id FROM idempotency WHERE revision = 1"))
        accepted = Counter(row[0] for row in connection.execute("SELECT application_id FROM audit WHERE event = 'application_accepted'"))
        attempts = Counter((row[0], row[1]) for row in connection.execute("SELECT delivery_id, round FROM attempt WHERE action = 'submit'"))
    report.applications = len(applications)
    report.wrong += _receipts(receipts, applications, filings)
    report.wrong += _audit(applications, accepted)
    report.wrong += _effects(deliveries, ledgers, attempts)
    report.wrong += _standings(deliveries)
    report.in_doubt = sum(1 for delivery in deliveries if delivery["state"] == "in_doubt")
    return report


def _receipts(
    receipts: Mapping[str, Iterable[str]], applications: Mapping[str, Any], filings: Iterable[sqlite3.Row]
) -> Iterator[tuple[str, str]]:
    for key, answered in receipts.items():
        ids = set(answered)
        if len(ids) > 1:
            yield "duplicated", f"filing {key} was answered with {len(ids)} applications"
        yield from (("lost", f"filing {key}: application {one} is not in the journal") for one in ids - applications.keys())
    filed: dict[str, str] = {}
    for key, application in filings:
        filed[application] = key
        if application not in set(receipts.get(key, ())):
            yield "unexpected", f"application {application} was never answered to filing {key}"
    yield from (("unexpected", f"application {one} has no filing") for one in applications.keys() - filed.keys())


def _audit(applications: Mapping[str, Any], accepted: Counter[str]) -> Iterator[tuple[str, str]]:
    yield from (("unexpected", f"application {one} has no audit entry") for one in applications.keys() - accepted.keys())
    for one, count in accepted.items():
        if one not in applications:
            yield "lost", f"application {one} stands in the audit alone"
        elif count > 1:
            yield "duplicated", f"application {one} was accepted {count} times by the audit"


def _effects(
    deliveries: Iterable[Mapping[str, Any]], ledgers: Mapping[str, Sequence[Mapping[str, str]]], attempts: Counter[tuple[str, int]]
) -> Iterator[tuple[str, str]]:
    done: dict[tuple[str, str], int] = defaultdict(int)
    for department, effects in ledgers.items():
        for effect in effects:
            done[department, effect["key"]] += 1
    for delivery in deliveries:
        name = f"{delivery['department']} {delivery['operation']} of application {delivery['application_id']}"
        for number in range(1, delivery["round"] + 1):
            count = done.pop((delivery["department"], f"{delivery['id'].replace('-', '')}-{number}"), 0)
            if count > 1:
                yield "duplicated", f"{name} was done {count} times"
            if count and not attempts[delivery["id"], number]:
                yield "unexpected", f"{name} was done without a recorded attempt"
            last = number == delivery["round"]
            if last and not count and delivery["state"] == "approved" and delivery["operation"] not in _READ_ONLY:
                yield "lost", f"{name} is approved and was never done"
            if last and count and delivery["state"] in ("waiting", "skipped"):
                yield "unexpected", f"{name} was done and is {delivery['state']}"
    yield from (("unexpected", f"{department} did {key}, which nobody sent") for department, key in done)


def _standings(deliveries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Everything ended, or stands in a doubt that only a person settles, or waits for one that does."""
    cases: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for delivery in deliveries:
        cases[delivery["application_id"]].append(delivery)
    for case in cases.values():
        doubted = {d["step"] for d in case if d["state"] == "in_doubt" and d["operation"] in NEVER}
        for delivery in case:
            waits = delivery["state"] == "waiting" and doubted & set(delivery["after"].split(","))
            if delivery["state"] not in _OVER and delivery["step"] not in doubted and not waits:
                yield "unexpected", f"{delivery['step']} of application {delivery['application_id']} stands {delivery['state']}"
