"""Accounts: what is known of a person who works here, and the changes to it, each one commit with its entry."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import AccountMac
from gateway.journal.queues import accounts
from gateway.journal.store.records import Row
from gateway.journal.writer.draft import Change, Draft
from gateway.model.identifiers import new_id
from gateway.people import one_time_codes, texts
from gateway.people.passwords import Passwords, made
from gateway.texts.refusals import Refused, conflict

CLERK: Final = "clerk"
OFFICER: Final = "officer"
HEAD: Final = "head"
SUPERVISOR: Final = "supervisor"
OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"
ADMINISTRATOR: Final = "administrator"
#: Roles that stand alone, and those of one department.
ALONE: Final = (CLERK, SUPERVISOR, OPERATOR, AUDITOR, ADMINISTRATOR)
OF_A_DEPARTMENT: Final = (OFFICER, HEAD)
#: Roles that see all cases, and so sign in with a code beside the password.
WITH_CODE: Final = frozenset({OPERATOR, AUDITOR})

_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,49}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_GROUP: Final = re.compile(r"[a-z][a-z0-9-]{0,49}")

T = TypeVar("T")
#: Commits a change (:meth:`gateway.journal.writer.journal.Journal.write`).
Write = Callable[[Change[T]], Awaitable[T]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account that was just made: its password and, where its role needs one, the secret of its codes can be seen this once."""

    row: Row
    password: str
    secret: bytes | None
