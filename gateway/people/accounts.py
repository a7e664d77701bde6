"""Accounts: what is known of a person who works here, and who changed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.cases.caller import CLERK
from gateway.journal.keys.hmac_keys import facts_of
from gateway.journal.keys.people_macs import ACCOUNT
from gateway.journal.read import people
from gateway.journal.store.views import AccountView
from gateway.model.application import GROUP_NAME
from gateway.model.identifiers import new_id
from gateway.people import one_time_codes, texts
from gateway.people.changes import NOW, ChangeAccount, CreateAccount, no_account
from gateway.people.passwords import Passwords, made
from gateway.people.roles import WITH_CODE, wrong_role
from gateway.texts.refusals import Refused, conflict

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.read.insights import Insights
    from gateway.journal.writer.draft import Write
    from gateway.model.service import Text

LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,49}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_GROUP: Final = re.compile(GROUP_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An account with what can be seen this once: a password that was made, the secret of its one-time codes that was made."""

    account: AccountView
    password: str | None = field(default=None, repr=False)
    secret: bytes | None = field(default=None, repr=False)


class Accounts:
    """Creates and changes accounts. Whoever is signed in is signed out by a change of what the person may do."""

    def __init__(
        self,
        write: Write,
        insights: Insights,
        departments: Collection[str],
        *,
        keys: HmacKeys,
        passwords: Passwords,
        changed: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        """Take the names allowed in ``officer:<name>``, the keys of MACs, what is told after a change here, and the time (microseconds)."""
        self._write, self._insights, self._departments = write, insights, departments
        self._keys, self._passwords, self._changed, self._clock = keys, passwords, changed, clock
        self.tells_codes = False  # of a sandbox, where nobody has a phone for each role

    async def create(self, login: str, name: str, role: str, *, actor: str, group: str | None = None, password: str | None = None) -> Told:
        """Make an account, with a made password where none is given, and a secret of one-time codes where the role signs in with one.

        Raises Refused, 422 for a login, name, role, group or password that may not be, 409 where the login is taken.
        """
        _require(self.wrong(name, role, group, login=login))
        account_id, word = new_id(), made() if password is None else password
        secret = one_time_codes.made() if role in WITH_CODE else None
        account = AccountView(
            id=account_id,
            login=login,
            name=name.strip(),
            role=role,
            owner_group=group,
            password=await self._passwords.kept(word),
            totp=None if secret is None else one_time_codes.sealed(secret, account_id, self._keys),
            created_at=0,
            changed_at=0,
            disabled_at=None,
            mac="",
            totp_step=None,
        )
        added = await self._write(CreateAccount(account=account, keys=self._keys, actor=actor))
        return Told(account=added, password=word if password is None else None, secret=secret)

    async def change(self, account_id: str, role: str, *, actor: str, name: str | None = None, group: str | None = None) -> Told:
        """Give an account a role and a group, and another name where one is given. A role that needs one-time codes gets a secret.

        Raises Refused, 422 as :meth:`create` does, 404 where there is no such account.
        """
        was = await self.one(account_id)
        _require(self.wrong(was.name if name is None else name, role, group))
        columns = {"role": role, "owner_group": group, "name": was.name if name is None else name.strip()}
        secret = one_time_codes.made() if role in WITH_CODE and was.totp is None else None
        if secret is not None:
            columns["totp"] = one_time_codes.sealed(secret, account_id, self._keys)
        changed = await self._change(account_id, actor, ends=(role, group) != (was.role, was.owner_group), **columns)
        return Told(account=changed, secret=secret)

    async def set_password(self, account_id: str, *, actor: str, password: str | None = None) -> Told:
        """Give an account another password, a made one where none is given. Raises Refused, 422 for one that may not be, 404."""
        word = made() if password is None else password
        changed = await self._change(account_id, actor, password=await self._passwords.kept(word))
        return Told(account=changed, password=word if password is None else None)

    async def set_code(self, account_id: str, *, actor: str, wanted: bool = True) -> Told:
        """Give an account another secret of one-time codes, or none. Raises Refused, 404, 409 where its role signs in with codes."""
        was = await self.one(account_id)
        if not wanted and was.role in WITH_CODE:
            raise conflict(texts.CODE_REQUIRED)
        secret = one_time_codes.made() if wanted else None
        sealed = None if secret is None else one_time_codes.sealed(secret, account_id, self._keys)
        return Told(account=await self._change(account_id, actor, totp=sealed), secret=secret)

    async def disable(self, account_id: str, *, actor: str) -> AccountView:
        """Let nobody sign in with an account, and end its sessions. Raises Refused (404). A disabled one stays as it is."""
        was = await self.one(account_id)
        return was if was.disabled_at is not None else await self._change(account_id, actor, disabled_at=NOW)

    async def enable(self, account_id: str, *, actor: str) -> AccountView:
        """Let its person sign in again. Raises Refused (404)."""
        return await self._change(account_id, actor, disabled_at=None)

    async def all(self) -> list[AccountView]:
        """Give every account, by login."""
        return await self._insights.read(people.accounts)

    async def one(self, account_id: str) -> AccountView:
        """Give an account. Raises Refused (404)."""
        found = await self._insights.read(lambda c: people.by_id(c, account_id))
        if found is None:
            raise no_account()
        return found

    async def clerk_group(self, login: str) -> str | None:
        """Give the group of the clerk with that login, None as :meth:`colleague` does."""
        found = await self.colleague(login)
        return None if found is None else found[1]

    async def colleague(self, login: str) -> tuple[str, str] | None:
        """Give id and group of the clerk with that login, None where there is none whose account is active and as the gateway made it."""
        if LOGIN.fullmatch(login) is None:  # nobody's, and no store could be asked for some
            return None
        found = await self._insights.read(lambda c: people.by_login(c, login))
        if found is None or found.role != CLERK or found.disabled_at is not None:
            return None
        if not ACCOUNT.is_good(asdict(found), self._keys.trusted):
            self._keys.follow(await self._insights.read(facts_of))  # another node may have changed the secret since
        if found.owner_group is None or not ACCOUNT.is_good(asdict(found), self._keys.trusted):
            return None
        return found.id, found.owner_group

    async def current_code(self, account_id: str) -> str | None:
        """Give the code of this moment, None where the account has no secret. Raises Refused, 409 unless this is a sandbox, 404."""
        if not self.tells_codes:
            raise conflict(texts.CODES_NOT_TOLD)
        account = await self.one(account_id)
        secret = None if account.totp is None else one_time_codes.opened(account.totp, account.id, self._keys)
        return None if secret is None else one_time_codes.code_at(secret, one_time_codes.step_at(self._clock()))

    def wrong(self, name: str, role: str, group: str | None, *, login: str | None = None) -> dict[str, Text]:
        """Give what may not be of an account that is made or changed, by the name of the value."""
        found: dict[str, Text] = {}
        if login is not None and LOGIN.fullmatch(login) is None:
            found["login"] = texts.LOGIN_UNFIT
        if _NAME.fullmatch(name.strip()) is None:
            found["name"] = texts.NAME_UNFIT
        if group is not None and _GROUP.fullmatch(group) is None:
            found["group"] = texts.GROUP_UNFIT
        return {**found, **{value: said for value, said in wrong_role(role, group, self._departments).items() if value not in found}}

    async def _change(self, account_id: str, actor: str, *, ends: bool = True, **columns: object) -> AccountView:
        change = ChangeAccount(account_id=account_id, columns=columns, keys=self._keys, actor=actor, ends=ends)
        changed = await self._write(change)
        self._changed()
        return changed


def _require(wrong: Mapping[str, Text]) -> None:
    for said in wrong.values():
        raise Refused("validation", 422, said)
