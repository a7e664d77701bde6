"""The papers (材料) of a draft: for each that this person must bring, whether it was looked at and given back, kept, or is missing.

Nothing is ticked beforehand. A paper is known by its title, so that what was ticked stays with it when the list changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.catalogue.guidance import follow, holds

if TYPE_CHECKING:
    from gateway.model.service import Service, Text

#: Looked at and given back; kept here; not there. What is not ticked is not there, either.
SEEN: Final = "seen"
KEPT: Final = "kept"
MISSING: Final = "missing"
STATES: Final = (SEEN, KEPT, MISSING)
#: The places of what is ticked, and of the answers to the guide's questions, among a draft's notes.
TICKED: Final = "materials/"
ANSWERED: Final = "guide/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One paper. ``state`` is empty where nothing is ticked."""

    key: str
    title: Text
    state: str


def key_of(material: Text) -> str:
    """Give the name by which a paper is ticked."""
    return hashlib.sha256(material.zh.encode()).hexdigest()[:8]


def lines(definition: Service, notes: Mapping[str, str]) -> list[PaperLine]:
    """Give the papers that this person must bring, with what is ticked."""
    said = follow(definition, answers(notes)).answers
    wanted = [one for one in definition.materials if holds(one.when, said)]
    return [PaperLine(key=key_of(one), title=one, state=_state(notes, key_of(one))) for one in wanted]


def answers(notes: Mapping[str, str]) -> dict[str, str]:
    """Give the answers to the guide's questions, by question."""
    return {key.removeprefix(ANSWERED): said for key, said in notes.items() if key.startswith(ANSWERED)}


def brought(definition: Service, notes: Mapping[str, str]) -> dict[str, str]:
    """Give the papers that are there, each with its state, as the entry of the filing keeps them."""
    return {one.key: one.state for one in lines(definition, notes) if one.state in (SEEN, KEPT)}


def lacking(definition: Service, notes: Mapping[str, str]) -> list[Text]:
    """Give the papers that are not there."""
    return [one.title for one in lines(definition, notes) if one.state not in (SEEN, KEPT)]


def titles(definition: Service) -> dict[str, Text]:
    """Give every paper of a service by its name."""
    return {key_of(one): one for one in definition.materials}


def _state(notes: Mapping[str, str], key: str) -> str:
    said = notes.get(TICKED + key, "")
    return said if said in STATES else ""
