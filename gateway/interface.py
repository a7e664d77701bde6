"""What the interface stands on, put together from the parts of a running gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from gateway.api.parts import ApiParts
from gateway.audit_acts import AuditActs
from gateway.auditing import Auditor
from gateway.journal.heads import HeadSigner
from gateway.journal.insights import Insights
from gateway.journal.journal import Journal
from gateway.reload import Reload
from gateway.rotation import HmacRotation
from gateway.routing.callbacks import Callbacks
from gateway.routing.casework import Casework
from gateway.routing.certificates import certificates_wrong
from gateway.routing.controls import Controls
from gateway.routing.definition_moves import DefinitionMoves
from gateway.routing.departments import Departments
from gateway.routing.intake import Intake
from gateway.routing.jobs import Jobs
from gateway.routing.key_changes import JournalKeys
from gateway.routing.keys import Keys
from gateway.routing.numbers import Numbers
from gateway.routing.presence import Presence
from gateway.routing.queries import Queries
from gateway.routing.repairs import Repairs
from gateway.routing.revisions import Revisions
from gateway.routing.watchdog import Watchdog
from gateway.serving import bounds_of, limits_of
from gateway.settings import Settings
from gateway.tls import now
from gateway.writing import Writing


def interface(
    settings: Settings,
    writing: Writing,
    casework: Casework,
    insights: Insights,
    *,
    jobs: Jobs,
    watchdog: Watchdog,
    nodes: Presence,
    controls: Controls,
    reload: Reload,
    rotation: HmacRotation,
) -> ApiParts:
    """Give all that the interface needs."""
    journal, auditor, metrics = writing.journal, writing.auditor, writing.metrics
    bounds = bounds_of(settings)
    keys = Keys(insights, JournalKeys(journal, writing.mac), casework.departments.keys(), writing.mac, expired=metrics.expired_keys_refused)
    return ApiParts(
        insights=insights,
        intake=Intake(
            journal=journal,
            casework=casework,
            numbers=Numbers(journal.write),
            calendar=reload.calendar,
            metrics=metrics,
            reader=writing.reader,
            bounds=bounds,
        ),
        revisions=Revisions(journal=journal, casework=casework, bounds=bounds),
        callbacks=Callbacks(journal=journal, casework=casework, by_previous=metrics.callbacks_by_previous_secret),
        queries=Queries(journal=journal, casework=casework, bounds=bounds),
        repairs=Repairs(journal=journal, casework=casework),
        jobs=jobs,
        watchdog=watchdog,
        nodes=nodes,
        definitions=DefinitionMoves(journal=journal, casework=casework),
        controls=controls,
        configuration=reload,
        keys=keys,
        rotation=rotation,
        commits=journal.commits,
        catalogue=casework.catalogue,
        departments=casework.departments,
        openings=casework.openings,
        applicant_index=casework.applicant_indexes,
        audit=AuditActs(writing),
        checkpoint=lambda: _checkpoint(auditor.signer),
        readiness=lambda: _readiness(journal, casework.departments, reload, auditor, keys),
        metrics=metrics,
        limits=limits_of(settings),
    )


async def _checkpoint(signer: HeadSigner) -> Mapping[str, Any]:
    return await asyncio.to_thread(signer.checkpoint) or {}


def _readiness(journal: Journal, departments: Departments, reload: Reload, auditor: Auditor, keys: Keys) -> dict[str, str | None]:
    return {
        "journal": journal.problem,
        "audit": None if auditor.problem is None else f"{auditor.problem.en}. Look into it, then: gateway audit accept --reason …",
        "departments": broken(departments),
        "catalogue": None,
        "configuration": reload.warning,
        "certificates": certificates_wrong(departments, now()),
        "keys": keys.warning,
    }


def broken(departments: Departments) -> str | None:
    """Say which departments should work and cannot, and why; none when all do."""
    return (
        "; ".join(f"{name}: {one.problem}" for name, one in departments.items() if one.problem is not None and one.config.enabled) or None
    )
