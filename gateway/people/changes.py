"""The changes that create and change accounts, each one commit with its audit entry, the row held by it and proven by its MAC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.keys.people_macs import ACCOUNT
from gateway.journal.queues import accounts
from gateway.journal.store.records import Row
from gateway.journal.store.views import AccountView
from gateway.journal.writer.draft import Change, Draft
from gateway.people import texts
from gateway.texts.refusals import Refused, conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount(Change[AccountView]):
    """A change that adds an account. Raises Refused (409) where the login is taken."""

    account: AccountView  # its MAC is made here
    keys: HmacKeys
    actor: str

    def decide(self, draft: Draft) -> AccountView:
        """Add it, and give it with its MAC."""
        if accounts.by_login(draft, self.account.login) is not None:
            raise conflict(texts.LOGIN_TAKEN)
        made = _proven(draft, self.keys, replace(self.account, created_at=draft.now, changed_at=draft.now))
        accounts.add(draft, made)
        said = {
            "account": made.id,
            "login": made.login,
            "role": made.role,
            "group": made.owner_group,
            "one_time_code": made.totp is not None,
        }
        draft.audit(Entry(event="account_created", actor=self.actor, details=said))
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount(Change[AccountView]):
    """A change of an account's ``columns``, with the entry that says which kind of change it is.

    With ``ends`` it is a change of what the person may do: every session of the account ends in the same commit. Raises Refused, 404 where
    there is no such account, 409 where its row was not made by the gateway, since a new MAC would make it genuine.
    """

    account_id: str
    columns: Mapping[str, Any] = field(repr=False)
    keys: HmacKeys
    actor: str
    ends: bool = True

    def decide(self, draft: Draft) -> AccountView:
        """Change it, and give it as it is now. A change to what it is already is none."""
        was = accounts.by_id(draft, self.account_id)
        if was is None:
            raise no_account()
        columns: Row = {name: draft.now if value is NOW else value for name, value in self.columns.items()}
        changed = replace(was, **columns)
        if changed == was:
            return was
        self.keys.settle(draft)
        if not ACCOUNT.is_good(asdict(was), self.keys.trusted):
            raise conflict(texts.FORGED)
        if self.ends:  # later than any before, whatever another node's clock said
            changed = replace(changed, changed_at=max(draft.now, was.changed_at + 1))
        changed = _proven(draft, self.keys, changed)
        new = asdict(changed)
        accounts.change(draft, was, {name: new[name] for name, value in asdict(was).items() if value != new[name]})
        ended = accounts.open_of(draft, was.id) if self.ends else []
        for session in ended:
            accounts.end(draft, session)
        said = {"account": was.id, "login": was.login, **{name: new[column] for name, column in _SAID.items() if column in columns}}
        draft.audit(Entry(event=_event(self.columns), actor=self.actor, details={**said, "sessions_ended": len(ended)}))
        return changed


#: The time of the commit, as the value of a column.
NOW = object()
#: Columns whose new values an entry tells: never a password's or a secret's.
_SAID = {"role": "role", "group": "owner_group"}


def _event(columns: Mapping[str, Any]) -> str:
    if "password" in columns:
        return "password_set"
    if "disabled_at" in columns:
        return "account_enabled" if columns["disabled_at"] is None else "account_disabled"
    return "account_changed" if "role" in columns else "one_time_code_set"


def no_account() -> Refused:
    """Give the refusal where there is no such account."""
    return Refused("not-found", 404, texts.NO_ACCOUNT)


def _proven(draft: Draft, keys: HmacKeys, account: AccountView) -> AccountView:
    """Make the MAC by the secret that makes in this transaction, for which a rotation waits since the table was read."""
    keys.settle(draft)
    return replace(account, mac=ACCOUNT.by(asdict(account), keys.first))
