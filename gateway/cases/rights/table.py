"""The table of rights: what each role may do, with whose cases, and how much of the personal data it sees then.

A role has a row, an act a column. No cell is no right. A role that comes later is a row more.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from gateway.cases.caller import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    DEPARTMENT,
    FRONT_END,
    HEAD,
    LOCAL,
    OFFICER,
    OPERATOR,
    PARTY,
    PROGRAMS,
    SUPERVISOR,
)


class Act(StrEnum):
    """Something that may be done, or be seen. Each route is one of them, and each part of an answer that not everybody sees."""

    FILE = "file"
    CHECK = "check"
    DRAFT = "draft"
    HAND_OVER_DRAFTS = "hand_over_drafts"
    ISSUE_RECEIPT = "issue_receipt"
    FIND = "find"
    LIST = "list"
    SEE_BOOK = "see_book"
    READ = "read"
    READ_FORM = "read_form"
    SEE_OUTCOMES = "see_outcomes"
    SEE_ACTS = "see_acts"
    FOLLOW = "follow"
    FOLLOW_PROGRESS = "follow_progress"
    REVISE = "revise"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    VOID = "void"
    MOVE_DEFINITION = "move_definition"
    LIST_DELIVERIES = "list_deliveries"
    READ_DELIVERY = "read_delivery"
    HEAR_FAILURES = "hear_failures"
    REPAIR = "repair"
    REPAIR_MANY = "repair_many"
    SEE_JOBS = "see_jobs"
    SEE_STUCK = "see_stuck"
    SEE_SERVICES = "see_services"
    SUSPEND_SERVICES = "suspend_services"
    SEE_QUERIES = "see_queries"
    ASK = "ask"
    SEE_DEPARTMENTS = "see_departments"
    CONTROL_DEPARTMENTS = "control_departments"
    RECONCILE = "reconcile"
    SEE_DIGEST = "see_digest"
    READ_AUDIT = "read_audit"
    VERIFY = "verify"
    MEND_AUDIT = "mend_audit"
    KEYS = "keys"
    SEE_KEYS = "see_keys"
    ACCOUNTS = "accounts"
    NODES = "nodes"
    CONFIGURATION = "configuration"
    METRICS = "metrics"


class Whose(StrEnum):
    """The tie between a case, or a department, and who acts."""

    PARTY = "party"  # the caller is a party to it
    OWN = "own"  # filed by the caller or its group
    TOLD = "told"  # handed to the caller's department, or that department itself
    ANY = "any"


class Sight(StrEnum):
    """The part of personal data that is seen."""

    WHOLE = "whole"
    MASKED = "masked"
    NONE = "none"


#: A cell: the sight by whose it is, the nearest tie first.
Cell = Mapping[Whose, Sight]

_PARTY: Final[Cell] = {Whose.PARTY: Sight.MASKED}
_OWN: Final[Cell] = {Whose.OWN: Sight.WHOLE}
_OWN_MASKED: Final[Cell] = {Whose.OWN: Sight.MASKED}
_OWN_PLAIN: Final[Cell] = {Whose.OWN: Sight.NONE}
_TOLD: Final[Cell] = {Whose.TOLD: Sight.WHOLE}
_TOLD_PLAIN: Final[Cell] = {Whose.TOLD: Sight.NONE}
_MASKED: Final[Cell] = {Whose.ANY: Sight.MASKED}
_PLAIN: Final[Cell] = {Whose.ANY: Sight.NONE}
_OWN_ELSE_MASKED: Final[Cell] = {Whose.OWN: Sight.WHOLE, Whose.ANY: Sight.MASKED}
_WHOLE: Final[Cell] = {Whose.ANY: Sight.WHOLE}

#: Acts whose answers hold nothing personal, whoever asks.
_WATCHED = (Act.LIST, Act.READ, Act.FOLLOW, Act.LIST_DELIVERIES, Act.READ_DELIVERY, Act.SEE_STUCK, Act.SEE_DIGEST)
_HOUSE = (Act.SEE_SERVICES, Act.SEE_QUERIES)
_DEPARTMENTS = (Act.SEE_DEPARTMENTS, Act.RECONCILE)
_RUN = (Act.SUSPEND_SERVICES, Act.CONTROL_DEPARTMENTS, Act.NODES, Act.CONFIGURATION, Act.METRICS)

#: The window, whether a program or a clerk stands at it; and a department, whether its system or its people.
_WINDOW: Final[Mapping[Act, Cell]] = {
    **dict.fromkeys((Act.FILE, Act.CHECK, Act.READ_FORM, Act.SEE_OUTCOMES, Act.REVISE, Act.WITHDRAW, Act.ISSUE_RECEIPT), _OWN),
    **dict.fromkeys((Act.FIND, Act.LIST, Act.READ, Act.FOLLOW, Act.READ_DELIVERY), _OWN_PLAIN),
    **dict.fromkeys(_HOUSE, _PLAIN),
    Act.SEE_BOOK: _OWN_MASKED,
    Act.ASK: _WHOLE,
}
_OFFICE: Final[Mapping[Act, Cell]] = {
    **dict.fromkeys((Act.LIST_DELIVERIES, Act.READ_DELIVERY, *_DEPARTMENTS), _TOLD_PLAIN),
    # Without the applicant: what a department learns of somebody is what its step shares.
    Act.SEE_BOOK: _TOLD_PLAIN,
    Act.SEE_OUTCOMES: _TOLD,
}

#: The table: role (:mod:`gateway.cases.caller`) → act → cell.
RIGHTS: Final[Mapping[str, Mapping[Act, Cell]]] = {
    FRONT_END: _WINDOW,
    DEPARTMENT: _OFFICE,
    OPERATOR: {
        **dict.fromkeys((Act.READ_FORM, Act.SEE_OUTCOMES, Act.SEE_ACTS, Act.HEAR_FAILURES, Act.SEE_JOBS, Act.SEE_BOOK), _MASKED),
        **dict.fromkeys((Act.MOVE_DEFINITION, Act.REPAIR, Act.REPAIR_MANY), _MASKED),
        **dict.fromkeys((Act.FIND, *_WATCHED, *_HOUSE, *_DEPARTMENTS, *_RUN, Act.SEE_KEYS), _PLAIN),
    },
    AUDITOR: {
        **dict.fromkeys((Act.SEE_OUTCOMES, Act.SEE_ACTS, Act.SEE_JOBS), _PLAIN),
        **dict.fromkeys((*_WATCHED, Act.SEE_BOOK, *_HOUSE, *_DEPARTMENTS, Act.READ_AUDIT, Act.VERIFY, Act.SEE_KEYS), _PLAIN),
    },
    LOCAL: {
        **dict.fromkeys(Act, _PLAIN),
        **dict.fromkeys((Act.FILE, Act.CHECK), _OWN),
        **dict.fromkeys((Act.READ_FORM, Act.SEE_OUTCOMES, Act.REVISE, Act.WITHDRAW), _OWN_ELSE_MASKED),
        **dict.fromkeys((Act.SEE_ACTS, Act.MOVE_DEFINITION, Act.HEAR_FAILURES, Act.REPAIR, Act.REPAIR_MANY, Act.SEE_JOBS), _MASKED),
        **dict.fromkeys((Act.ISSUE_RECEIPT, Act.ASK), _WHOLE),
        **dict.fromkeys((Act.VOID, Act.SEE_BOOK), _MASKED),
    },
    CLERK: {**_WINDOW, Act.DRAFT: _OWN},
    OFFICER: _OFFICE,
    HEAD: _OFFICE,
    SUPERVISOR: {
        **dict.fromkeys((Act.READ_FORM, Act.SEE_OUTCOMES, Act.VOID, Act.SEE_ACTS, Act.SEE_JOBS, Act.SEE_BOOK), _MASKED),
        **dict.fromkeys((Act.FIND, *_WATCHED, *_HOUSE, *_DEPARTMENTS, Act.SUSPEND_SERVICES), _PLAIN),
    },
    ADMINISTRATOR: dict.fromkeys((Act.ACCOUNTS, Act.HAND_OVER_DRAFTS), _PLAIN),
    # By code or link, cut to what the service lets the party's roles see (gateway/catalogue/parties/sees.py). Progress alone, until the
    # document's last characters were given as well (gateway/cases/answering/door.py).
    PARTY: dict.fromkeys((Act.FOLLOW_PROGRESS, Act.ANSWER), _PARTY),
}


@cache
def roles_of(act: Act) -> frozenset[str]:
    """Give the roles of programs that have a cell for the act."""
    return frozenset(role for role in PROGRAMS if act in RIGHTS[role])
