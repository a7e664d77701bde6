"""Checks of an adapter's outcomes, because its author may have erred and may not have run a type checker."""

from __future__ import annotations

from datetime import timedelta
from types import UnionType

from gateway.model.outcome import Accepted, Approved, FieldProblem, Rejected, Returned
from gateway.sdk.department import Operation

OUTCOMES = (Accepted, Approved, Rejected, Returned)

#: The most characters of a department's reference, or of a callback's id.
LONGEST_REFERENCE = 200


def fits(reference: str) -> bool:
    """Tell whether the journal can keep a department's reference, given that stores differ in the texts they take."""
    return len(reference) <= LONGEST_REFERENCE and "\0" not in reference


def unfit(outcome: object, operation: Operation) -> str | None:
    """Say why a value from an adapter is no outcome of ``operation``, or give None when it is one."""
    if not isinstance(outcome, OUTCOMES):
        return f"gave {type(outcome).__name__}, which is no outcome"
    if (wrong := _unfit_reference(outcome.reference)) is not None:
        return wrong
    match outcome:
        case Accepted(check_after=after):
            if not outcome.reference:
                return "accepted without a reference"
            return None if is_a(after, timedelta | None) else "gave a check_after that is no timedelta"
        case Approved(output=output):
            return None if isinstance(output, operation.output) else f"approved with {type(output).__name__} as output"
        case Rejected(code=code, reason=reason):
            return _unfit_words(code, reason, ())
        case Returned(code=code, reason=reason, fields=fields):
            return _unfit_words(code, reason, fields)


def _unfit_reference(reference: object) -> str | None:
    if reference is None:
        return None
    if not isinstance(reference, str):
        return f"gave a reference that is {type(reference).__name__}"
    return None if fits(reference) else f"gave a reference that is longer than {LONGEST_REFERENCE} characters, or holds a NUL"


def _unfit_words(code: object, reason: object, fields: object) -> str | None:
    if not isinstance(code, str) or not isinstance(reason, str):
        return "gave a code or reason that is no text"
    if "\0" in code:
        return "gave a code that holds a NUL"
    if not isinstance(fields, tuple) or not all(isinstance(field, FieldProblem) for field in fields):
        return "named fields in another way than as FieldProblem"
    return None


def is_a(value: object, kind: type | UnionType) -> bool:
    """Tell whether a value is of the annotated type, which no type checker may have seen to."""
    return isinstance(value, kind)
