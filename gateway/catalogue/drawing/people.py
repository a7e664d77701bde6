"""The fields of whoever hands in, and of an agent, whose form is the same for every service."""

from __future__ import annotations

from functools import cache
from typing import Final

from gateway.catalogue.drawing import texts
from gateway.catalogue.drawing.fields import DrawnField, drawn
from gateway.catalogue.form import PERSON_SCHEMA
from gateway.model import JsonSchema, JsonView
from gateway.model.code_names import ID_TYPES
from gateway.model.service import Text

_TITLES: Final = {"name": texts.NAME, "id_type": texts.ID_TYPE, "id_number": texts.ID_NUMBER, "mobile": texts.MOBILE}


@cache
def applicant_form() -> DrawnField:
    """Give the fields of an applicant, at ``/applicant``."""
    return drawn(_titled(texts.APPLICANT), "/applicant")


@cache
def agent_form() -> DrawnField:
    """Give the fields of an agent who acts for an applicant (代办), at ``/agent``."""
    return drawn(_titled(texts.AGENT), "/agent")


def _titled(title: Text) -> JsonSchema:
    members: JsonView = PERSON_SCHEMA["properties"]
    words = {code: {"zh": zh, "en": en} for code, (zh, en) in ID_TYPES.items()}
    named = {name: {**member, **_said(_TITLES[name])} for name, member in members.items()}
    named["id_type"]["x-options"] = words
    return {**PERSON_SCHEMA, **_said(title), "properties": named}


def _said(title: Text) -> JsonSchema:
    return {"title": title.zh, "x-title-en": title.en}
