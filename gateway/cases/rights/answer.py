"""The one answer to who may do what, for routes, commands and event streams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from gateway.cases.rights.table import RIGHTS, Act, Cell, Sight, Whose
from gateway.model.application import Reach

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.model.application import Application


def may(actor: Caller, act: Act, case: Application | None = None, *, department: str | None = None) -> Sight | None:
    """Give the sight of personal data with which the actor may do this, or None where it may not.

    ``case`` is the one it is about, ``department`` the one that the delivery was handed to, or that it is about. Without either the answer
    is for some case at least: a list of them may be asked for, and :func:`reach` says which are in it.
    """
    for whose, seen in _row(actor.role).get(act, {}).items():
        if (case is None and department is None) or _tied(actor, whose, case, department):
            return seen
    return None


def _tied(actor: Caller, whose: Whose, case: Application | None, department: str | None) -> bool:
    match whose:
        case Whose.PARTY:
            return case is not None and case.id == actor.party_to
        case Whose.OWN:
            return case is not None and own(actor).covers(case)
        case Whose.TOLD:
            return department is not None and department == actor.department
        case Whose.ANY:
            return True


def reach(actor: Caller, act: Act = Act.LIST) -> Reach | None:
    """Give the cases of which the actor may do this, as lists and lookups need them: None stands for all."""
    cell = _row(actor.role).get(act, {})
    if Whose.ANY in cell:
        return None
    return own(actor) if Whose.OWN in cell else Reach(callers=frozenset())


def own(actor: Caller) -> Reach:
    """Give the cases that are the actor's own."""
    return Reach(group=actor.group, callers=actor.fellows | {actor.id})


@cache
def _row(role: str) -> Mapping[Act, Cell]:
    """Give the row of a role, whose name may end with a department's."""
    return RIGHTS.get(role.partition(":")[0], {})
