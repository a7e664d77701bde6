"""The list of what a person must bring (一次性告知单), as she takes it home: from the counter with what a draft still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gateway.catalogue.guidance import follow
from gateway.model.identifiers import CHINA
from gateway.web.citizen.guides import Guide, guide
from gateway.web.guidance import texts
from gateway.web.qr import QrCode, qr_code

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.departments.hosted import Departments
    from gateway.journal.store.views import Suspension
    from gateway.model.service import Service, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question and its answer. ``again`` is the address that asks it anew."""

    question: Text
    answer: Text
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BringList:
    """One person's list. ``missing`` and ``code`` are those of a draft, which a clerk has begun for her."""

    guide: Guide
    said: Sequence[AnsweredQuestion]
    missing: Sequence[Text]
    code: str | None
    printed: Text
    qr: QrCode


def bring_list(
    service: CompiledService,
    departments: Departments,
    answers: Mapping[str, str],
    *,
    site: str,
    suspension: Suspension | None = None,
    missing: Iterable[Text] = (),
    code: str | None = None,
) -> BringList:
    """Make the list for ``guidance/paper.html``. ``site`` is where a phone reaches these pages, such as ``https://example.gov.cn``.

    Where not all is answered, what depends on it is on the list with its condition.
    """
    definition = service.definition
    address = address_of_guide("/guide", definition, follow(definition, answers).answers)
    return BringList(
        guide=guide(service, departments, suspension, answers=answers),
        said=all_said(definition, answers, "/guide"),
        missing=[*missing],
        code=code,
        printed=texts.printed_on(f"{datetime.now(CHINA):%Y-%m-%d}"),
        qr=qr_code(site + address),
    )


def all_said(service: Service, answers: Mapping[str, str], base: str) -> list[AnsweredQuestion]:
    """Give the answers that count, each with the way back to its question."""
    chosen, before = follow(service, answers).chosen, dict[str, str]()
    questions = {question.name: question.text for question in service.guide}
    found = []
    for name, option in chosen.items():
        found.append(AnsweredQuestion(question=questions[name], answer=option.text, again=address_of_guide(base, service, before)))
        before[name] = option.value
    return found


def address_of_guide(base: str, service: Service, answers: Mapping[str, str]) -> str:
    """Give the address of a service's guidance with these answers, below ``base``. They say nothing of who it is."""
    return f"{base}/{service.code}" + (f"?{urlencode(answers)}" if answers else "")


def headline(title: Text, materials: int) -> Text:
    """Say how much there is to bring."""
    match materials:
        case 0:
            return texts.nothing_to_bring(title)
        case 1:
            return texts.one_to_bring(title)
        case _:
            return texts.many_to_bring(title, materials)
