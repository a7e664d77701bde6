"""Codes as people read them: each state and failure in words, with the shape and colour that it has on every page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.model import code_names
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import DeliveryState
from gateway.model.service import Text
from gateway.texts.sentences import name
from gateway.web.console import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.model.application import Application
    from gateway.model.code_names import Names

S = DeliveryState

#: The class of a state: its shape and its colour.
SHAPES: Final[Mapping[DeliveryState, str]] = {
    S.WAITING: "wait",
    S.READY: "wait",
    S.SENDING: "run",
    S.DECIDING: "run",
    S.APPROVED: "ok",
    S.REJECTED: "no",
    S.RETURNED: "back",
    S.IN_DOUBT: "doubt",
    S.HELD: "held",
    S.SKIPPED: "skip",
    S.WITHDRAWN: "skip",
}
CASE_SHAPES: Final[Mapping[ApplicationState, str]] = {
    ApplicationState.IN_PROGRESS: "run",
    ApplicationState.RETURNED: "back",
    ApplicationState.APPROVED: "ok",
    ApplicationState.REJECTED: "no",
    ApplicationState.WITHDRAWN: "skip",
}
_HTTP: Final = "http_"
_EXCEPTION: Final = re.compile(r"\(?\b((?:[A-Z][A-Za-z]*)(?:Error|Exception|Disconnected))\b\)?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with its shape."""

    shape: str
    text: Text


def word(names: Names, code: str) -> Text:
    """Say a code of a list, or the code itself where a newer node wrote one that this one does not know."""
    known = names.get(code)
    return name(code) if known is None else Text(zh=known[0], en=known[1])


def meaning(code: str) -> Text | None:
    """Say why a call gave no outcome, None where the code is an adapter's own, which its README explains."""
    listed = f"{_HTTP}…" if code.startswith(_HTTP) else code
    return word(code_names.FAILURES, listed) if listed in code_names.FAILURES else None


def failure(code: str) -> Text:
    """Say the same with the code, by which others look it up."""
    said = meaning(code)
    return name(code) if said is None else texts.coded(said, code)


def plain(detail: str) -> Text:
    """Say the detail of a call without the name of a program's exception in it: in words where it is a common one."""
    found = _EXCEPTION.search(detail)
    if found is None:
        return name(detail)
    known = next((said for names, said in texts.ENDED_BY if found[1] in names), None)
    rest = (detail[: found.start()] + detail[found.end() :]).strip()
    return known or name(rest)


def result(code: str) -> Text:
    """Say what came of a call: an outcome and how it came, something in between, or a failure."""
    by, _, kind = code.partition("_")
    if by in texts.BY and kind in code_names.OUTCOMES:
        return texts.BY[by](word(code_names.OUTCOMES, kind))
    if code in code_names.OUTCOMES:
        return word(code_names.OUTCOMES, code)
    return texts.RESULTS[code] if code in texts.RESULTS else failure(code)


def for_pages(text: Text) -> Text:
    """Say a sentence of the API in the words of the buttons, where it names commands."""
    zh, en = text.zh, text.en
    for command, words in texts.COMMANDS_IN_WORDS.items():
        zh, en = zh.replace(command, words), en.replace(command, words)
    return Text(zh=zh, en=en)


def voided(case: Application) -> bool:
    """Tell whether a case ended by being voided (作废), which its state does not tell."""
    return case.end_reason is EndReason.VOIDED


def delivery_tag(state: DeliveryState, case: Application | None = None) -> Tag:
    """Say where a delivery stands. With its case one that ended by being voided is said to be so, and not taken back."""
    if state is S.WITHDRAWN and case is not None and voided(case):
        return Tag("skip", texts.CASE_VOIDED)
    return Tag(SHAPES[state], word(code_names.DELIVERY_STATES, state.value))


def case_tags(case: Application, *, told_otherwise: bool) -> list[Tag]:
    """Say where a case stands, and what is the matter with it."""
    tags = [Tag(CASE_SHAPES[case.state], word(code_names.APPLICATION_STATES, case.state.value))]
    if voided(case):
        tags = [Tag("skip", texts.CASE_VOIDED)]
    if case.needs_attention:
        tags.append(Tag("held", texts.NEEDS_ATTENTION))
    if case.withdrawal_asked and case.ended_at is None:
        tags.append(Tag("back", texts.WITHDRAWAL_ASKED))
    if told_otherwise:
        tags.append(Tag("back", texts.TOLD_OTHERWISE))
    return tags


def service_title(asked: Asked, code: str) -> Text:
    """Give the title of a service, its code where the catalogue has it no more."""
    service = asked.parts.catalogue.services.get(code)
    return name(code) if service is None else service.definition.title


def department_title(asked: Asked, department: str) -> Text:
    """Give the title of a department, its name where it is not installed."""
    hosted = asked.parts.departments.get(department)
    return name(department) if hosted is None else hosted.config.title


def short_number(number: str) -> str:
    """Give the part of a case's number by which people call it: the day and the day's count."""
    return f"…{number[35:39]}-{number[39:]}"


def number_groups(number: str) -> list[str]:
    """Give a case's number in its parts: the centre, the service, the day, the count."""
    return [part for part in (number[:18], number[18:31], number[31:39], number[39:]) if part]
