"""Puts the parts together, the only place that knows all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

import gateway
from gateway.api.http.parts import ApiParts
from gateway.assembly.adapters import Adapters
from gateway.assembly.auditing import Auditor
from gateway.assembly.interface import interface, serve_api
from gateway.assembly.reload import Reload
from gateway.assembly.rotation import HmacRotation
from gateway.assembly.tls_watch import TlsWatch
from gateway.assembly.writing import Writing
from gateway.cases.casework import Casework, mac_by
from gateway.cases.receipts.receipt import Receipts
from gateway.cases.suspending.suspensions import Suspensions
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.working_days import Calendar
from gateway.departments.breaker import Breakers
from gateway.departments.hosted import Departments, Installed
from gateway.departments.limits import Permits
from gateway.departments.loop_watch import LoopWatch
from gateway.departments.openings import Openings
from gateway.dispatch.calls import Calls
from gateway.dispatch.claiming import JournalQueue
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.housekeeping import Housekeeping
from gateway.dispatch.waits import Waits
from gateway.installation.configuration import catalogue_over, read_configuration
from gateway.installation.host import disabled, unencrypted
from gateway.installation.identity import identify, same_secrets
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings
from gateway.journal.audit.chains import own_chain
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.queues import facts as facts_of_journal
from gateway.journal.read.insights import Insights
from gateway.journal.store.database import Engine, Lock, migrate, open_reader, open_writer
from gateway.journal.store.file_lock import Holder, Role
from gateway.journal.writer.journal import Journal
from gateway.journal.writer.notifications import Heard, Notifications
from gateway.model.identifiers import new_id
from gateway.operations.controls import Controls
from gateway.operations.jobs.jobs import Jobs
from gateway.operations.jobs.runner import JobRunner
from gateway.operations.keys.watch import KeyWatch
from gateway.operations.watch.expiry import ExpiryWatch
from gateway.operations.watch.hours import HourWatch
from gateway.operations.watch.presence import Presence
from gateway.operations.watch.rounds import Rounds
from gateway.operations.watch.watchdog import Watchdog
from gateway.telemetry.measures import create_metrics
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The parts that come from the configuration, checked whole before anything is opened."""

    settings: Settings
    secrets: Secrets
    departments: Departments
    catalogue: Catalogue
    calendar: Calendar


def install(settings: Settings) -> Installation:
    """Read the configuration as a reload and ``gateway check`` do. Raises ConfigError with every problem."""
    secrets = Secrets(settings.secrets_folder)
    departments, catalogue, calendar = read_configuration(settings, secrets).whole()
    return Installation(settings=settings, secrets=secrets, departments=departments, catalogue=catalogue, calendar=calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway. ``port`` is none when it serves the unix socket alone."""

    port: int | None
    parts: ApiParts
    journal: Journal
    casework: Casework
    reload: Reload


def _make_folders(folders: Mapping[str, Path]) -> None:
    """Make the missing folders. Raises ConfigError with the setting of each that cannot be made, such as a file at ``<data>.log``."""
    problems = []
    for setting, folder in folders.items():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            detail = f"{folder} cannot be a folder ({error.strerror}): give another, or put away what is there"
            problems.append(ConfigProblem("environment", 0, setting, detail))
    if problems:
        raise ConfigError(problems)


@asynccontextmanager
async def running(
    installation: Installation, *, dispatch: bool = True, serve: bool = True, socket: Path | None = None, training: bool = False
) -> AsyncIterator[Gateway]:
    """Run a gateway until the block ends, and then end it in order.

    Without ``dispatch`` nothing is sent to departments, without ``serve`` there is only the unix socket: so commands work on a
    stopped gateway's data, each with a ``socket`` of its own. The settings (``roles``) say which of the two a serving node does.
    Data without a case is for ``training`` from then on, where that is wanted.
    Raises DatabaseRefused, ConfigError or OSError when it cannot start.
    """
    settings, secrets = installation.settings, installation.secrets
    async with AsyncExitStack() as stack:
        url = settings.database_url
        _make_folders({"GATEWAY_DATA": settings.data, "GATEWAY_LOG_FOLDER": settings.heads_file.parent})
        dispatch, serve = dispatch and settings.dispatches, serve and settings.serves
        lock = Lock(url, Role.SERVE if dispatch or serve else Role.COMMAND, settings.lock_seconds, say_awaited)
        await asyncio.to_thread(stack.enter_context, lock)
        if dispatch or serve:
            stack.callback(_say_stopped)
        await asyncio.to_thread(migrate, url)
        writer, reader = open_writer(url), open_reader(url)
        stack.callback(reader.dispose)
        stack.callback(writer.dispose)
        facts = await asyncio.to_thread(identify, writer, secrets, settings)
        hmac_keys = await asyncio.to_thread(same_secrets, facts, secrets, settings)
        auditor = await asyncio.to_thread(Auditor, settings, secrets, facts, writer)
        metrics = create_metrics(CollectorRegistry())
        node = new_id()
        journal = Journal(
            writer,
            node=node,
            chain=own_chain(writer, auditor.journal_id, node),
            lease_seconds=settings.lease_seconds,
            observe_seconds=metrics.journal_commit_seconds.observe,
            observe_changes=metrics.journal_batch_size.observe,
            chain_signer=auditor.chain_signer,
        )
        stack.push_async_callback(journal.close)
        adapters = Adapters()
        stack.push_async_callback(adapters.close_all)
        installation = await _open_departments(adapters, installation)
        writing = Writing(
            stack=stack,
            auditor=auditor,
            journal=journal,
            reader=reader,
            keys=FilingKeys.of(hmac_keys),
            mac=key_mac(hmac_keys),
            metrics=metrics,
            head_seconds=settings.head_seconds,
            catalogue=installation.catalogue,
            training=await asyncio.to_thread(facts_of_journal.training, writer, begins=training),
        )
        if await auditor.look(journal, metrics):
            await writing.begin()
        gateway = await _assemble(
            installation, writing, adapters=adapters, dispatch=dispatch, serve=serve, socket=socket or settings.socket
        )
        stack.callback(lock.stopping)
        yield gateway


def casework_of(installation: Installation, keys: FilingKeys) -> tuple[Breakers, Casework]:
    """Make the breakers, which let calls through, and the casework that every change of a case uses."""
    departments = installation.departments
    permits = Permits({name: one.config.limits for name, one in departments.items()})
    breakers = Breakers(
        {name: one.config.breaker for name, one in departments.items()},
        permits,
        {name: one.config.retry.retry_after_longest_seconds for name, one in departments.items()},
    )
    casework = Casework(
        catalogue=installation.catalogue,
        departments=departments,
        permits=permits,
        mac=mac_by(keys.secrets),
        keys=keys,
        receipts=Receipts(keys.secrets),
        down=breakers.down,
        openings=Openings(departments, installation.calendar),
    )
    return breakers, casework


def _reload(
    installation: Installation,
    journal: Journal,
    casework: Casework,
    *,
    breakers: Breakers,
    adapters: Adapters,
    rotation: HmacRotation,
) -> Reload:
    """Make the part that takes a changed configuration while the gateway runs."""
    departments = installation.departments
    return Reload(
        settings=installation.settings,
        secrets=installation.secrets,
        journal=journal,
        departments=departments if isinstance(departments, Installed) else Installed(departments),
        catalogue=installation.catalogue,
        calendar=installation.calendar,
        permits=casework.permits,
        openings=casework.openings,
        breakers=breakers,
        adapters=adapters,
        learn=rotation.learn,
    )


async def _assemble(  # the assembly of the parts: each is one
    installation: Installation, writing: Writing, *, adapters: Adapters, dispatch: bool, serve: bool, socket: Path
) -> Gateway:
    settings, departments = installation.settings, installation.departments
    stack, journal, reader, auditor, metrics = writing.stack, writing.journal, writing.reader, writing.auditor, writing.metrics
    breakers, casework = casework_of(installation, writing.keys)
    controls = Controls(casework.permits, journal, departments.keys())
    await controls.read(reader)
    suspensions = Suspensions(journal, casework.catalogue)
    await suspensions.read(reader)
    rotation = HmacRotation(writing, installation.secrets)
    reload = _reload(installation, journal, casework, breakers=breakers, adapters=adapters, rotation=rotation)
    insights = Insights(reader)
    stack.callback(insights.close)
    runner = JobRunner(journal, casework, insights, lease_seconds=settings.lease_seconds, clock=journal.now)
    jobs = Jobs(journal=journal, casework=casework, insights=insights, wake=runner.wake, clock=journal.now)
    watchdog = Watchdog(insights, casework, metrics, clock=journal.now)
    nodes = Presence(journal, insights, roles=settings.roles, version=gateway.__version__, lease_seconds=settings.lease_seconds)
    parts = interface(
        settings,
        writing,
        casework,
        insights,
        jobs=jobs,
        watchdog=watchdog,
        nodes=nodes,
        controls=controls,
        suspensions=suspensions,
        reload=reload,
        rotation=rotation,
    )
    listening = await serve_api(stack, parts, settings, socket=socket, tcp=serve, metrics=dispatch or serve)
    if dispatch or serve:
        nodes.serves(f"http://{settings.host}:{listening.port}" if listening.port is not None else None)

    async def work() -> None:
        """Start the background work, which writes."""
        dispatcher = None
        await nodes.start()
        stack.push_async_callback(nodes.stop)
        if dispatch or serve:
            await stack.enter_async_context(_beside(TlsWatch(departments, metrics).forever(), name="certificates"))
            _look_after(stack, [KeyWatch(parts.keys, metrics)])
        if dispatch:
            public_url = settings.public_url or f"http://{settings.host}:{listening.port}"
            dispatcher = await _dispatch(installation, writing, casework, public_url, breakers=breakers, controls=controls)
            _look_after(stack, [runner, watchdog, HourWatch(journal, insights, installation.departments), ExpiryWatch(parts.drafts)])
        if not journal.alone:
            _hear_other_nodes(stack, journal, reader, dispatcher)
            await stack.enter_async_context(_beside(suspensions.follow(reader), name="suspensions"))

    async def go_on() -> None:
        if await writing.begin_once_accepted():
            await work()

    if auditor.problem is None:
        await work()
    else:
        task = asyncio.create_task(go_on(), name="accepted")
        stack.push_async_callback(asyncio.wait_for, task, None)
        stack.callback(auditor.stop)
    if dispatch or serve:
        _say_started(installation, f"http://{settings.host}:{listening.port}")
        stack.callback(_say_stopping)
    return Gateway(port=listening.port, parts=parts, journal=journal, casework=casework, reload=reload)


async def _dispatch(
    installation: Installation, writing: Writing, casework: Casework, public_url: str, *, breakers: Breakers, controls: Controls
) -> Dispatcher:
    """Start the dispatcher, and what looks after it."""
    settings, stack, journal, reader = installation.settings, writing.stack, writing.journal, writing.reader
    await stack.enter_async_context(_beside(controls.follow(reader), name="controls"))
    waits = Waits(casework, breakers, reader, journal.now)
    dispatcher = Dispatcher(
        JournalQueue(journal, casework),
        Calls(public_url),
        departments=casework.departments,
        permits=casework.permits,
        breakers=breakers,
        metrics=writing.metrics,
        went_down=waits.went_down,
    )
    journal.listen(waits.committed)
    look_again = dispatcher.look_again
    duties = Housekeeping(journal=journal, reader=reader, casework=casework, breakers=breakers, look_again=look_again)
    await dispatcher.start(duties.take_over, duties.forever)
    stack.push_async_callback(dispatcher.stop, settings.shutdown_seconds)
    watch = LoopWatch(installation.departments, dispatcher.blocked)
    watch.start()
    stack.callback(watch.close)
    return dispatcher


def _look_after(stack: AsyncExitStack, those: Sequence[JobRunner | Watchdog | Rounds]) -> None:
    """Start background work that goes on until the stack ends."""
    for one in those:
        one.start()
        stack.push_async_callback(one.stop)


def _hear_other_nodes(stack: AsyncExitStack, journal: Journal, reader: Engine, dispatcher: Dispatcher | None) -> None:
    """Be woken by other nodes' commits."""
    loop = asyncio.get_running_loop()

    def tell(heard: Heard) -> None:
        journal.heard(heard)
        if dispatcher is not None:
            loop.call_soon_threadsafe(dispatcher.look_again, None if heard.cases is None else heard.departments)

    notifications = Notifications(reader, journal.node, tell)
    notifications.start()
    stack.callback(notifications.close)


@asynccontextmanager
async def _beside(doing: Coroutine[Any, Any, None], *, name: str) -> AsyncIterator[None]:
    """Run a coroutine beside the block, for as long as that lasts."""
    task = asyncio.create_task(doing, name=name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _say_started(installation: Installation, url: str) -> None:
    departments, services = installation.departments, installation.catalogue.services
    for name in unencrypted(departments):
        log.warning("endpoint_unencrypted", department=name)
    log.info("gateway_started", url=url, version=gateway.__version__, departments=len(departments), services=len(services))


def say_awaited(holder: Holder) -> None:
    """Log which process has the journal that another waits for."""
    log.warning("journal_awaited", process=holder.process, holder=holder.role.value)


def _say_stopping() -> None:
    log.info("gateway_stopping")


def _say_stopped() -> None:
    log.info("gateway_stopped")


async def _open_departments(adapters: Adapters, installation: Installation) -> Installation:
    """Open every adapter. One that fails is disabled alone: its services are marked, the others go on."""
    settings, departments = installation.settings, dict(installation.departments)
    failed = False
    for name, one in installation.departments.items():
        if one.department is None:
            continue
        try:
            await adapters.open(name, one.department)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # somebody's adapter: whatever it raises disables it alone
            departments[name] = disabled(one.config, f"adapter {type(one.department).__name__} cannot be opened", error)
            failed = True
    # From here on one object, which everybody holds and whose contents a reload replaces.
    catalogue = catalogue_over(settings, departments) if failed else installation.catalogue
    return replace(installation, departments=Installed(departments), catalogue=catalogue)
