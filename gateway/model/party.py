"""One person or organisation of a case, with every role that they have in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.model.record import Record

PartyKind = Literal["person", "organization"]


@dataclass(frozen=True, kw_only=True)
class Party(Record):
    """A party as the journal holds it: no personal data.

    One who has left the case has neither role nor index, and keeps its id, by which others may name it.
    """

    id: str
    application_id: str
    roles: tuple[str, ...]  # in order of their names
    kind: PartyKind
    acts_for: str | None = None  # the party for whom the applicant acts
    person_index: str | None = None  # HMAC of ID type and number, or of "uscc" and the code; none where the form gave none
    version: int = 1
