"""The parts of signing in, put together over one journal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.people.accounts import Accounts
from gateway.people.failures import SignInFailures
from gateway.people.passwords import Passwords
from gateway.people.sessions import Sessions
from gateway.people.sign_in import SignIn

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.read.insights import Insights
    from gateway.journal.writer.journal import Journal
    from gateway.telemetry.measures import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people who work here."""

    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn


def people_of(journal: Journal, insights: Insights, keys: HmacKeys, departments: Collection[str], metrics: Metrics) -> People:
    """Put the parts together over a journal, its reader and its keys. ``departments`` are the names allowed in ``officer:<name>``."""
    write, clock = journal.write, journal.now
    passwords, sessions = Passwords(), Sessions(write, insights, keys, clock)
    accounts = Accounts(write, insights, departments, keys=keys, passwords=passwords, changed=sessions.forget, clock=clock)
    failures = SignInFailures(keys)
    sign_in = SignIn(write, insights, keys, passwords=passwords, sessions=sessions, failures=failures, metrics=metrics, clock=clock)
    return People(accounts=accounts, sessions=sessions, sign_in=sign_in)
