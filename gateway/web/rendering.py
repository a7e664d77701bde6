"""A page made of its template, in the language and the size of whoever asks. Every value is escaped, every unknown name an error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.texts.refusals import Language, in_language
from gateway.texts.sentences import TextOf
from gateway.web import texts
from gateway.web.answers import texts as answers_texts
from gateway.web.board import texts as board_texts
from gateway.web.citizen import texts as citizen_texts
from gateway.web.console import texts as console_texts
from gateway.web.console.accounts import texts as accounts_texts
from gateway.web.console.attention import texts as attention_texts
from gateway.web.console.audit import texts as audit_texts
from gateway.web.console.book import texts as book_texts
from gateway.web.console.cases import texts as cases_texts
from gateway.web.console.configuration import texts as configuration_texts
from gateway.web.console.departments import texts as departments_texts
from gateway.web.console.digest import texts as digest_texts
from gateway.web.console.jobs import texts as jobs_texts
from gateway.web.console.reconciliation import texts as reconciliation_texts
from gateway.web.console.repairs import texts as repairs_texts
from gateway.web.console.services import texts as services_texts
from gateway.web.console.trends import texts as trends_texts
from gateway.web.console.words import plain
from gateway.web.counter import texts as counter_texts
from gateway.web.counter.checking import texts as checking_texts
from gateway.web.counter.choosing import texts as choosing_texts
from gateway.web.counter.filling import texts as filling_texts
from gateway.web.counter.receipts import texts as receipts_texts
from gateway.web.forms import texts as forms_texts
from gateway.web.guidance import texts as guidance_texts
from gateway.web.kiosk import texts as kiosk_texts
from gateway.web.preferences import choice, preferences_of
from gateway.web.staff.forms import PROOF_PLACE, veiled
from gateway.web.static_files import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.model.centre import Centre
    from gateway.web.preferences import Preferences

_ROOM: Final = Path(__file__).parent
#: Nothing from elsewhere, nothing inline: a text of somebody's that got through as HTML could still do nothing.
POLICY: Final = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


#: Every sentence that a page may say, by its name: a room's own are in the room's ``texts.py``.
ROOMS: Final = (
    texts,
    citizen_texts,
    guidance_texts,
    board_texts,
    kiosk_texts,
    console_texts,
    accounts_texts,
    audit_texts,
    configuration_texts,
    departments_texts,
    jobs_texts,
    reconciliation_texts,
    trends_texts,
    digest_texts,
    book_texts,
    attention_texts,
    cases_texts,
    repairs_texts,
    answers_texts,
    services_texts,
    forms_texts,
    counter_texts,
    choosing_texts,
    filling_texts,
    checking_texts,
    receipts_texts,
)
SENTENCES: Final[Mapping[str, Text | TextOf[*tuple[object, ...]]]] = {
    name: said for room in ROOMS for name, said in vars(room).items() if isinstance(said, Text | TextOf)
}


class PageTexts:
    """The sentences of the rooms of pages in one language, by name: as they are, or called with what they say it of."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __getattr__(self, name: str) -> object:
        """Give the sentence of that name. Raises AttributeError if there is none, which fails the page and its test."""
        sentence = SENTENCES.get(name)
        if sentence is None:
            raise AttributeError(name)
        if isinstance(sentence, Text):
            return in_language(sentence, self._language)
        return lambda *given: in_language(sentence(*given), self._language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The making of pages for one installation: in the ``language`` of whoever asks, or in this one whoever does.

    Each of one for ``training`` says so.
    """

    centre: Centre
    files: StaticFiles
    training: bool = False
    language: Language | None = None

    def page(self, request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
        """Give the page of a template (a name below ``templates``) with its values, and the headers that all pages have."""
        chosen = self._chosen(request)
        text = _environment().get_template(template).render(self._shared(request, chosen), **values)
        headers = {
            "Content-Security-Policy": POLICY,
            "Content-Language": chosen.language,
            "Vary": "Accept-Encoding, Accept-Language, Cookie",
        }
        answer = web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
        answer.enable_compression()  # where the browser takes it
        return answer

    def block(self, request: web.Request, template: str, block: str, **values: object) -> str:
        """Give one block of a page, as whoever watches the page gets it anew. Its forms carry a place for each session's proof."""
        shared, page = self._shared(request, self._chosen(request)), _environment().get_template(template)
        words = {**shared, "ui": _environment().get_template("ui.html").make_module(shared), "proof": PROOF_PLACE, **values}
        return Markup("".join(page.blocks[block](page.new_context(words))))  # noqa: S704  # a template's own output: each value was escaped in it

    def _chosen(self, request: web.Request) -> Preferences:
        chosen = preferences_of(request)
        return chosen if self.language is None else replace(chosen, language=self.language)

    def _shared(self, request: web.Request, chosen: Preferences) -> dict[str, object]:
        """Give what every template may name."""
        return {
            "chosen": chosen,
            "here": request.path,
            "choice": partial(choice, request),
            "centre": self.centre,
            "training": self.training,
            "say": PageTexts(chosen.language),
            "t": partial(in_language, language=chosen.language),
            "file": self.files.address,
            "now_time": f"{datetime.now(CHINA):%H:%M:%S}",
        }


#: The making of pages, in the application.
SITE: Final = web.AppKey("site", Pages)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["veiled"] = veiled
    environment.filters["plain"] = plain
    return environment


@cache
def own_files() -> StaticFiles:
    """Give the files beside this module."""
    return StaticFiles(_ROOM / "static")
