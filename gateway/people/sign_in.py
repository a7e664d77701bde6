"""Signing in with a login, a password and, where the account has them, a one-time code.

One answer refuses whatever was wrong, after the same work: it tells neither who has an account nor whether the password was right. Another
way to prove who somebody is (OIDC) would end in :meth:`gateway.people.sessions.Sessions.begin` as this one does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import facts_of
from gateway.journal.keys.people_macs import ACCOUNT
from gateway.journal.read import people
from gateway.journal.writer.draft import Change, Draft
from gateway.people import one_time_codes, texts
from gateway.people.accounts import LOGIN
from gateway.people.failures import MOST, SignInFailures
from gateway.people.roles import WITH_CODE
from gateway.people.sessions import not_signed_in
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.read.insights import Insights
    from gateway.journal.store.views import AccountView
    from gateway.journal.writer.draft import Write
    from gateway.people.passwords import Passwords
    from gateway.people.sessions import Sessions
    from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

#: Sign-ins under way at once on a node: a password takes its time and its memory.
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that has just begun: its token, and the text by which the browser is known as one of this person's."""

    token: str = field(repr=False)
    device: str = field(repr=False)


class SignIn:
    """Lets people in."""

    def __init__(
        self,
        write: Write,
        insights: Insights,
        keys: HmacKeys,
        *,
        passwords: Passwords,
        sessions: Sessions,
        failures: SignInFailures,
        metrics: Metrics,
        clock: Callable[[], int],
    ) -> None:
        self._write, self._insights, self._keys = write, insights, keys
        self._passwords, self._sessions, self._failures, self._metrics = passwords, sessions, failures, metrics
        self._clock = clock
        self._under_way = 0

    async def __call__(self, login: str, password: str, code: str, *, address: str, device: str | None = None) -> Opened:
        """Begin a session. ``address`` is where it comes from, ``device`` what the browser kept of an earlier sign-in.

        Raises Refused: 401 where anything is wrong, 429 after too many failures, 503 where too many sign in at once.
        """
        if self._under_way >= _AT_ONCE:
            raise Refused("overloaded", 503, texts.MANY_AT_ONCE, retry_after=5)
        self._under_way += 1
        result = "failed"
        try:
            login = login.strip().lower()[:_LOGIN_LENGTH]
            async with self._failures.turn(address, login, device):
                opened = await self._tried(login, password, "".join(code.split()), address=address, device=device)
            result = "signed_in"
        except Refused as refused:
            result = "locked" if refused.status == 429 else "failed"
            raise
        finally:
            self._under_way -= 1
            self._metrics.sign_ins.labels(result).inc()
        return opened

    async def confirm(self, account_id: str, password: str, *, address: str, device: str | None = None) -> None:
        """Let a signed-in person prove once more who they are. Raises Refused: 422 for a wrong password, 429 after too many."""
        account = await self._insights.read(lambda c: people.by_id(c, account_id))
        if account is None:
            raise not_signed_in()
        count = self._failures.begin(account.login, device)
        if not await self._passwords.is_right(account.password, password):
            self._failures.failed(address)
            if count == MOST:
                await self._locked(account, address)
            raise Refused("validation", 422, texts.WRONG_PASSWORD)
        self._failures.succeeded(account.login, device)

    async def _tried(self, login: str, password: str, code: str, *, address: str, device: str | None) -> Opened:
        count = self._failures.begin(login[:_LOGIN_LENGTH], device)
        account = await self._account(login)
        right = await self._passwords.is_right(None if account is None else account.password, password)
        try:
            if account is None or not right:
                raise not_signed_in()
            token = await self._sessions.begin(account, step=self._step(account, code))
        except Refused:
            self._failures.failed(address)
            if count == MOST:
                await self._locked(account, address)
            raise
        self._failures.succeeded(login, device)
        return Opened(token=token, device=self._failures.device_of(login))

    async def _account(self, login: str) -> AccountView | None:
        """Give an account that may sign in, and was made by the gateway as it stands."""
        if LOGIN.fullmatch(login) is None:
            return None
        found = await self._insights.read(lambda c: people.by_login(c, login))
        if found is None or found.disabled_at is not None:
            return None
        if not ACCOUNT.is_good(asdict(found), self._keys.trusted):
            self._keys.follow(await self._insights.read(facts_of))  # another node may have changed the secret since
            if not ACCOUNT.is_good(asdict(found), self._keys.trusted):
                log.error("account_forged", account=found.id, session=None)
                return None
        return found

    def _step(self, account: AccountView, code: str) -> int | None:
        """Give the time step of the code that this account needs, None where it needs none. Raises Refused (401) for a wrong one."""
        if account.totp is None and account.role not in WITH_CODE:
            return None
        secret = None if account.totp is None else one_time_codes.opened(account.totp, account.id, self._keys)
        step = None if secret is None else one_time_codes.step_of(secret, code, after=account.totp_step, now=self._clock())
        if step is None:
            raise not_signed_in()
        return step

    async def _locked(self, account: AccountView | None, address: str) -> None:
        log.warning("sign_in_locked", account=None if account is None else account.id, address=address)
        if account is not None:
            await self._write(_Locked(account_id=account.id))


#: Characters of a login that are remembered: a longer one is nobody's.
_LOGIN_LENGTH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locked(Change[None]):
    account_id: str

    def decide(self, draft: Draft) -> None:
        draft.audit(Entry(event="sign_in_locked", actor="gateway", details={"account": self.account_id}))
