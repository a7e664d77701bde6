"""The console's pages as its menu lists them, and the one that a person begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.cases.rights import Act, may
from gateway.web.answers import texts as answers
from gateway.web.console import texts

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.model.service import Text

#: The page of whoever may see no page of the console.
OWN: Final = "/account"


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One page in the menu. ``rare``: it is looked into now and then."""

    path: str
    title: Text
    act: Act
    rare: bool = False


ENTRIES: Final = (
    MenuEntry(path="/counter", title=texts.COUNTER, act=Act.DRAFT),
    MenuEntry(path="/console", title=texts.ATTENTION, act=Act.LIST),
    MenuEntry(path="/console/cases", title=texts.CASES, act=Act.LIST),
    MenuEntry(path="/counter/answers", title=answers.TO_ANSWER, act=Act.REVISE),
    MenuEntry(path="/console/services", title=texts.CONSOLE_SERVICES, act=Act.SEE_SERVICES),
    MenuEntry(path="/console/departments", title=texts.DEPARTMENTS, act=Act.SEE_DEPARTMENTS),
    MenuEntry(path="/console/book", title=texts.DAY_BOOK, act=Act.SEE_BOOK),
    MenuEntry(path="/console/jobs", title=texts.MANY_AGAIN, act=Act.SEE_JOBS),
    MenuEntry(path="/console/accounts", title=texts.ACCOUNTS, act=Act.ACCOUNTS),
    MenuEntry(path="/console/digest", title=texts.DAILY_DIGEST, act=Act.SEE_DIGEST, rare=True),
    MenuEntry(path="/console/trends", title=texts.TRENDS, act=Act.SEE_DEPARTMENTS, rare=True),
    MenuEntry(path="/console/audit", title=texts.AUDIT, act=Act.READ_AUDIT, rare=True),
    MenuEntry(path="/console/reconciliation", title=texts.RECONCILIATION, act=Act.RECONCILE, rare=True),
    MenuEntry(path="/console/configuration", title=texts.CONFIGURATION, act=Act.CONFIGURATION, rare=True),
    MenuEntry(path="/console/keys", title=texts.API_KEYS, act=Act.SEE_KEYS, rare=True),
)


def menu(caller: Caller) -> list[MenuEntry]:
    """Give the pages that this person may see."""
    return [one for one in ENTRIES if may(caller, one.act) is not None]


def home(caller: Caller) -> str:
    """Give the page with which this person begins."""
    return next((one.path for one in menu(caller)), OWN)
