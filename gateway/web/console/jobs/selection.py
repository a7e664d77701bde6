"""The form by which many deliveries are chosen, as it is typed, read, and said again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gateway.api.http import requests
from gateway.api.http.bodies import fitting

if TYPE_CHECKING:
    from gateway.model.errors import Located
    from gateway.texts.refusals import Language

#: The fields that choose.
FIELDS: Final = ("state", "department", "service", "problem", "since")
#: Members of the request, by the fields that they come from.
POINTERS: Final[Mapping[str, str]] = {
    "/filter/state/0": "state",
    "/filter/department": "department",
    "/filter/service": "service",
    "/filter/problem": "problem",
    "/filter/updated_after": "since",
    "/reason": "reason",
    "/count": "typed",
}
_OFFSET: Final = "+08:00"
_MINUTES: Final = len("2026-11-29T08:00")


def chosen(fields: Mapping[str, str]) -> dict[str, str]:
    """Give what is chosen among the fields of a form or of an address."""
    return {name: value for name in FIELDS if (value := fields.get(name, "").strip())}


def wanted(picked: Mapping[str, str], language: Language, *, reason: str = "-", errors: Sequence[Located] = ()) -> requests.BulkRetry:
    """Make the request of what is chosen. Raises Refused (422) with all that is wrong, by the pointers of :data:`POINTERS`."""
    chosen: dict[str, object] = {name: picked[name] for name in ("department", "service", "problem") if name in picked}
    if "state" in picked:
        chosen["state"] = [picked["state"]]
    if "since" in picked:
        chosen["updated_after"] = _instant(picked["since"])
    return fitting(requests.BulkRetry, {"filter": chosen, "reason": reason}, language, errors)


def _instant(typed: str) -> str:
    """Give the time of a date field as RFC 3339: it is China's."""
    return f"{typed}:00{_OFFSET}" if len(typed) == _MINUTES else f"{typed}{_OFFSET}"
