"""The interface and the pages of a running gateway: the parts that they stand on, bounds and limits by the settings, and sockets."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from gateway.api import ApiLimits, ApiParts, build_app
from gateway.api.health import metrics_app
from gateway.api.listen import Listening, listen
from gateway.assembly.auditing import Auditor
from gateway.assembly.reload import Reload
from gateway.assembly.rotation import HmacRotation
from gateway.assembly.writing import AuditActs, Writing
from gateway.cases.answering.door import Door
from gateway.cases.callbacks import Callbacks
from gateway.cases.casework import Casework
from gateway.cases.drafts.codes import DraftCodes
from gateway.cases.drafts.drafts import Drafts
from gateway.cases.filing import Numbers
from gateway.cases.intake import Intake
from gateway.cases.receipts.issuing import Issuing
from gateway.cases.receipts.progress import Progress
from gateway.cases.revisions import Revisions
from gateway.cases.suspending.suspensions import Suspensions
from gateway.departments.hosted import Departments, certificates_wrong
from gateway.installation.settings import Settings
from gateway.installation.tls import now
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.read.insights import Insights
from gateway.journal.writer.journal import Journal
from gateway.model import JsonView
from gateway.operations.book import Book
from gateway.operations.controls import Controls
from gateway.operations.definition_moves import DefinitionMoves
from gateway.operations.jobs.jobs import Jobs
from gateway.operations.keys.changes import JournalKeys
from gateway.operations.keys.keys import Keys
from gateway.operations.repairs import Repairs
from gateway.operations.watch.presence import Presence
from gateway.operations.watch.watchdog import Watchdog
from gateway.people.people import people_of
from gateway.questions.queries import Queries
from gateway.texts.bounds import Bounds
from gateway.web.site import add_site


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
    suspensions: Suspensions,
    reload: Reload,
    rotation: HmacRotation,
) -> ApiParts:
    """Give all that the interface needs."""
    journal, auditor, metrics = writing.journal, writing.auditor, writing.metrics
    bounds = bounds_of(settings)
    keys = Keys(insights, JournalKeys(journal, writing.mac), casework.departments.keys(), writing.mac, expired=metrics.expired_keys_refused)
    people = people_of(journal, insights, writing.mac.secrets, casework.departments.keys(), metrics)
    intake = Intake(
        journal=journal,
        casework=casework,
        numbers=Numbers(journal.write),
        calendar=reload.calendar,
        metrics=metrics,
        reader=writing.reader,
        clerk_group=people.accounts.clerk_group,
        suspensions=suspensions,
        bounds=bounds,
    )
    drafts = Drafts(
        journal=journal,
        insights=insights,
        casework=casework,
        intake=intake,
        codes=DraftCodes(casework.keys.secrets),
        colleague=people.accounts.colleague,
        days=settings.draft_days,
    )
    return ApiParts(
        insights=insights,
        intake=intake,
        drafts=drafts,
        revisions=Revisions(journal=journal, casework=casework, bounds=bounds),
        receipts=casework.receipts,
        issuing=Issuing(journal=journal, receipts=casework.receipts),
        progress=Progress(insights=insights, receipts=casework.receipts, metrics=metrics),
        door=Door(write=journal.write, keys=casework.receipts.keys, clock=journal.now),
        callbacks=Callbacks(journal=journal, casework=casework, by_previous=metrics.callbacks_by_previous_secret),
        queries=Queries(journal=journal, casework=casework, bounds=bounds),
        repairs=Repairs(journal=journal, casework=casework),
        jobs=jobs,
        book=Book(journal=journal, insights=insights),
        watchdog=watchdog,
        nodes=nodes,
        definitions=DefinitionMoves(journal=journal, casework=casework),
        controls=controls,
        suspensions=suspensions,
        configuration=reload,
        keys=keys,
        people=people,
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
        centre=settings.centre,
        training=writing.training,
    )


async def _checkpoint(signer: HeadSigner) -> JsonView:
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
    """Name the departments that should work and cannot, with the reasons, none when all do."""
    return (
        "; ".join(f"{name}: {one.problem}" for name, one in departments.items() if one.problem is not None and one.config.enabled) or None
    )


def bounds_of(settings: Settings) -> Bounds:
    """The bounds of one body."""
    return Bounds(
        members=settings.body_members,
        values=settings.body_values,
        depth=settings.body_depth,
        name_length=settings.body_name_length,
        errors=settings.listed_errors,
    )


def limits_of(settings: Settings) -> ApiLimits:
    """Give the limits of a request, a key and an address."""
    return ApiLimits(
        body_bytes=settings.body_bytes,
        callback_bytes=settings.callback_bytes,
        bounds=bounds_of(settings),
        key_requests=settings.key_requests,
        key_seconds=settings.key_seconds,
        key_concurrency=settings.key_concurrency,
        key_streams=settings.key_streams,
        failures=settings.failed_credentials,
        failure_seconds=settings.failed_credentials_seconds,
        trusted_proxies=settings.trusted_proxies,
        forwarded_header=settings.forwarded_header,
    )


async def serve_api(stack: AsyncExitStack, parts: ApiParts, settings: Settings, *, socket: Path, tcp: bool, metrics: bool) -> Listening:
    """Serve a unix socket until the stack ends, with ``tcp`` the port, too, with ``metrics`` the port for those if one is set."""
    limits = parts.limits
    port = settings.port if tcp else None
    app = build_app(parts)
    add_site(app, parts)
    listening = await listen(app, host=settings.host, port=port, socket_path=socket, limits=limits)
    stack.push_async_callback(listening.close)
    if metrics and settings.metrics_port is not None:
        host, port = settings.metrics_host, settings.metrics_port
        beside = await listen(metrics_app(parts), host=host, port=port, socket_path=None, limits=limits)
        stack.push_async_callback(beside.close)
    return listening
