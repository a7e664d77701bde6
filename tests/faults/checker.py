"""The checker compares four records: the callers' answers, the journal, the departments' effects and the audit.

Every accepted application is ok, lost, duplicated or unexpected. A doubt is right only if the operation is never repeated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

#: Questions, which leave no effect in a ledger.
_READ_ONLY = frozenset({"marital_status", "couple_status", "housing_holdings"})
#: Operations that are never sent again: after a lost reply a person decides.
NEVER = frozenset({"apply_passport", "update_family_status"})
_OVER = frozenset({"approved", "rejected", "skipped", "withdrawn"})


@dataclass(slots=True)
class Report:
    """The count of applications in order, and the errors as ``(lost | duplicated | unexpected, text)``."""

    applications: int = 0
    effects: int = 0
    in_doubt: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Books:
    """The contents of a journal, as far as they are compared."""

    applications: Mapping[str, Mapping[str, Any]]
    deliveries: Sequence[Mapping[str, Any]]
    filings: Sequence[Mapping[str, Any]]
    accepted: Counter[str]  # entries of the audit by application
    attempts: Counter[tuple[str, int]]  # submits by delivery and round


def read(url: str) -> Books:
    """Read a journal of any store with plain SQL, so that the checker shares no statement with the code it checks."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:

        def rows(statement: str) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]

        audit = rows("SELECT application_id FROM audit WHERE event = 'application_accepted'")
        attempts = rows("SELECT delivery_id, round FROM attempt WHERE action = 'submit'")
        return Books(
            applications={row["id"]: row for row in rows("SELECT * FROM application")},
            deliveries=rows("SELECT * FROM delivery ORDER BY application_id, position"),
            filings=rows("SELECT key, application_id FROM idempotency WHERE revision = 1"),
            accepted=Counter(row["application_id"] for row in audit),
            attempts=Counter((row["delivery_id"], row["round"]) for row in attempts),
        )


def reconcile(url: str, receipts: Mapping[str, Iterable[str]], ledgers: Mapping[str, Sequence[Mapping[str, str]]]) -> Report:
    """Compare the four records.

    ``url`` is the journal's database. ``receipts`` are the answered application ids by Idempotency-Key. ``ledgers`` are the effects by
    department.
    """
    books = read(url)
    report = Report(effects=sum(map(len, ledgers.values())))
    report.applications = len(books.applications)
    report.wrong += _receipts(receipts, books.applications, books.filings)
    report.wrong += _audit(books.applications, books.accepted)
    report.wrong += _effects(books.deliveries, ledgers, books.attempts)
    report.wrong += _standings(books.deliveries)
    report.in_doubt = sum(1 for delivery in books.deliveries if delivery["state"] == "in_doubt")
    return report


def read_only(file: Path) -> str:
    """Give the URL of a SQLite file for reading only."""
    return f"sqlite:///file:{file}?mode=ro&uri=true"


def _receipts(
    receipts: Mapping[str, Iterable[str]], applications: Mapping[str, Any], filings: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    for key, answered in receipts.items():
        ids = set(answered)
        if len(ids) > 1:
            yield "duplicated", f"filing {key} was answered with {len(ids)} applications"
        yield from (("lost", f"filing {key}: application {one} is not in the journal") for one in ids - applications.keys())
    told = {one for answered in receipts.values() for one in answered}
    filed = Counter(row["application_id"] for row in filings)
    for application, count in filed.items():
        if application not in told:
            yield "unexpected", f"application {application} was never answered to any filing"
        if count > 1:
            yield "unexpected", f"application {application} was filed {count} times"
    yield from (("unexpected", f"application {one} has no filing") for one in applications.keys() - filed.keys())
    yield from (("unexpected", f"a filing keeps its key: {row['key']}") for row in filings if row["key"].isascii())


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
    """Report every delivery that neither ended, nor stands in a doubt for a person, nor waits for one that does."""
    cases: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for delivery in deliveries:
        cases[delivery["application_id"]].append(delivery)
    for case in cases.values():
        doubted = {d["step"] for d in case if d["state"] == "in_doubt" and d["operation"] in NEVER}
        for delivery in case:
            waits = delivery["state"] == "waiting" and doubted & set(delivery["after"].split(","))
            if delivery["state"] not in _OVER and delivery["step"] not in doubted and not waits:
                yield "unexpected", f"{delivery['step']} of application {delivery['application_id']} stands {delivery['state']}"
