"""Reads the configuration again while the gateway runs: it is taken whole, in one step, or the last good one stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from gateway.api.http.parts import Difference, Reloaded
from gateway.assembly.adapters import Adapters
from gateway.cases.intake import unavailable_journal
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.definitions import store_definitions
from gateway.catalogue.working_days import Calendar
from gateway.departments.breaker import Breakers
from gateway.departments.hosted import Hosted, Installed
from gateway.departments.limits import Permits
from gateway.departments.openings import Openings
from gateway.installation.configuration import Configuration, catalogue_over, read_configuration
from gateway.installation.host import disabled, unencrypted
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, changed_settings, load_settings
from gateway.installation.tls import DepartmentTls
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model.errors import JournalUnavailable
from gateway.sdk.department import Department
from gateway.texts.refusals import ConfigurationRefused
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

log = structlog.get_logger()

_GONE = "no longer in the configuration: nothing more is begun with it"
_ANY_END = (Exception, SystemExit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken(Change[None]):
    """Keep new definitions before they can be filed, and audit what is taken."""

    catalogue: Catalogue
    details: Reloaded
    actor: str

    def decide(self, draft: Draft) -> None:
        store_definitions(draft, self.catalogue)
        draft.audit(Entry(event="configuration_reloaded", actor=self.actor, details=self.details))


@dataclass(slots=True)
class _Plan:
    """The departments as they shall be. ``opened`` are new adapters, ``leaving`` those that begin no more calls."""

    departments: dict[str, Hosted] = field(default_factory=dict)
    opened: list[Department] = field(default_factory=list)
    leaving: list[Department] = field(default_factory=list)
    problems: list[ConfigProblem] = field(default_factory=list)
    late: bool = False  # an adapter could not be opened: services have to be read again


@dataclass(kw_only=True)
class Reload:
    """The objects that everybody holds, whose contents a reload replaces. ``warning`` says why the last one was refused, if it was."""

    settings: Settings
    secrets: Secrets
    journal: Journal
    departments: Installed
    catalogue: Catalogue
    calendar: Calendar
    permits: Permits
    openings: Openings
    breakers: Breakers
    adapters: Adapters
    warning: str | None = None
    load: Callable[[], Settings] | None = None
    learn: Callable[[], Awaitable[None]] | None = None  # takes new keys of commitments from the secrets

    def __post_init__(self) -> None:
        self._lock = asyncio.Lock()
        self._load = self.load or (lambda: load_settings(config=self.settings.config))
        try:
            self._written: Settings | None = self._load()
        except ConfigError:  # the start's own settings stood over a wrong file
            self._written = None

    async def reload(self, *, actor: str) -> Reloaded:
        """Read all of it again, take it, and give what changed. Raises ConfigurationRefused with all that is wrong, Refused (503)."""
        async with self._lock:
            try:
                report = await self._reload(actor)
            except ConfigError as error:
                when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
                self.warning = f"the reload at {when} was refused ({len(error.problems)} problems): the configuration before it holds"
                for problem in error.problems:
                    log.error("configuration_refused", problem=str(problem))  # noqa: TRY400  # somebody's file is wrong, so the trace tells nothing
                raise ConfigurationRefused(error.problems) from error
            self.warning = None
            services, departments = report["services"], report["departments"]
            log.warning(
                "configuration_reloaded", services=services, departments=departments, restart_needed=report["restart_needed"], actor=actor
            )
            for name in unencrypted(self.departments):
                log.warning("endpoint_unencrypted", department=name)
            return report

    async def _reload(self, actor: str) -> Reloaded:
        found, restart_needed = await asyncio.to_thread(self._read)
        departments, catalogue, calendar = found.whole()
        if self.learn is not None:
            await self._learned(self.learn)
        plan = await self._open(departments)
        if plan.problems:
            await self._undo(plan)
            raise ConfigError(plan.problems)
        try:
            live = {name: one for name, one in plan.departments.items() if one.problem != _GONE}
            if plan.late:
                catalogue = await asyncio.to_thread(catalogue_over, self.settings, live)
            report = self._report(plan, catalogue, calendar, restart_needed)
            await self.journal.write(_Taken(catalogue=catalogue, details=report, actor=actor))
        except JournalUnavailable as error:
            await self._undo(plan)
            raise unavailable_journal(error) from error
        except BaseException:
            await self._undo(plan)
            raise
        self._take(plan, catalogue, calendar)
        return report

    async def _learned(self, learn: Callable[[], Awaitable[None]]) -> None:
        try:
            await learn()
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error

    def _read(self) -> tuple[Configuration, list[str]]:
        """Read the files, and find the settings that need a restart to change."""
        problems: list[ConfigProblem] = []
        restart_needed: list[str] = []
        try:
            written = self._load()
            restart_needed = changed_settings(self._written, written) if self._written is not None else []
        except ConfigError as error:
            problems += error.problems
        found = read_configuration(self.settings, self.secrets)
        found.problems = problems + found.problems
        return found, restart_needed

    # -- the departments
    async def _open(self, wanted: Mapping[str, Hosted]) -> _Plan:
        """Put old and new departments together: an unchanged one keeps its adapter, a changed one gets its new one opened."""
        plan = _Plan()
        for name, new in wanted.items():
            old = self.departments.get(name)
            plan.departments[name] = await self._place(plan, name, old, new)
        for name, old in self.departments.items():
            if name not in wanted:
                # Its adapter stays at hand, to record the ends of calls under way and to take callbacks.
                config = old.config.model_copy(update={"enabled": False})
                plan.departments[name] = Hosted(config=config, department=old.department, problem=_GONE)
        kept = {id(one.department) for one in plan.departments.values() if one.problem is None}
        before = [one.department for one in self.departments.values() if one.department is not None]
        plan.leaving = [one for one in before if id(one) not in kept and self.adapters.is_open(one)]
        return plan

    async def _place(self, plan: _Plan, name: str, old: Hosted | None, new: Hosted) -> Hosted:
        had = old.department if old is not None and self.adapters.is_open(old.department) else None
        if new.department is None:
            if had is not None and new.config.enabled:
                plan.problems.append(_problem(self.settings, name, new.problem or "its adapter cannot be made"))
            return Hosted(config=new.config, department=old.department if old is not None else None, problem=new.problem)
        if had is not None and type(had) is type(new.department) and had.connection == new.department.connection:
            if isinstance(tls := had.connection.tls, DepartmentTls):  # perhaps renewed
                await asyncio.to_thread(tls.renew)
                if tls.problem is not None:
                    plan.problems.append(_problem(self.settings, name, tls.problem))
            return Hosted(config=new.config, department=had, quality=new.quality, previous=new.previous)
        if had is not None and (lost := {o.name for o in had.operations} - {o.name for o in new.department.operations}):
            detail = f"the other adapter lacks {', '.join(sorted(lost))}, which cases under way may need: restart to take it"
            plan.problems.append(_problem(self.settings, name, detail))
            return new
        try:
            await self.adapters.open(name, new.department)
        except _ANY_END as error:  # somebody's adapter, whatever it raises
            failed = disabled(new.config, f"adapter {type(new.department).__name__} cannot be opened", error)
            if old is None or had is not None:
                plan.problems.append(_problem(self.settings, name, failed.problem or ""))
            plan.late = True  # it was broken before, and stays disabled alone, as at a start
            return failed
        plan.opened.append(new.department)
        return new

    async def _undo(self, plan: _Plan) -> None:
        for department in plan.opened:
            await self.adapters.close(department)

    # -- the step
    def _take(self, plan: _Plan, catalogue: Catalogue, calendar: Calendar) -> None:
        """Take all of it in one step on the event loop, so that nobody sees half of it or begins a call with what leaves."""
        configs = {name: one.config for name, one in plan.departments.items()}
        self.breakers.configure(
            {name: config.breaker for name, config in configs.items()},
            {name: config.retry.retry_after_longest_seconds for name, config in configs.items()},
        )
        self.departments.replace(plan.departments)
        self.catalogue.replace(catalogue)
        self.calendar.replace(calendar)
        self.openings.renew()
        self.permits.configure({name: one.config.limits for name, one in plan.departments.items() if one.problem is None})
        for department in plan.leaving:
            self.adapters.retire(department, self.permits)

    def _report(self, plan: _Plan, catalogue: Catalogue, calendar: Calendar, restart_needed: list[str]) -> Reloaded:
        services_before = {code: service.digest for code, service in self.catalogue.services.items()}
        services = {code: service.digest for code, service in catalogue.services.items()}
        configs_before = {name: one.digest for name, one in self.departments.items() if one.problem != _GONE}
        configs = {name: one.digest for name, one in plan.departments.items() if one.problem != _GONE}
        reopened = {one.connection.name for one in plan.opened}
        return {
            "services": _difference(services_before, services),
            "departments": {**_difference(configs_before, configs), "reopened": sorted(reopened & configs_before.keys())},
            "calendar": self.calendar.differing(calendar),
            "restart_needed": restart_needed,
        }


def _difference(before: Mapping[str, str], now: Mapping[str, str]) -> Difference:
    """Give digests of what was added and changed, and names of what was removed."""
    return {
        "added": {name: now[name] for name in sorted(now.keys() - before.keys())},
        "changed": {name: now[name] for name in sorted(now.keys() & before.keys()) if now[name] != before[name]},
        "removed": sorted(before.keys() - now.keys()),
    }


def _problem(settings: Settings, name: str, detail: str) -> ConfigProblem:
    return ConfigProblem(str(settings.config / "departments" / f"{name}.yaml"), 0, "", detail)
