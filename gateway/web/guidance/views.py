"""A service's questions and where they lead, for whatever shows them: each has an address of its own (``base``) that they are below."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.catalogue.guidance import follow
from gateway.texts.sentences import listed
from gateway.web.citizen.guides import Guide, Offer, guide, offer
from gateway.web.guidance import texts
from gateway.web.guidance.bring import AnsweredQuestion, address_of_guide, all_said, headline

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.catalogue.guidance import Stand
    from gateway.departments.hosted import Departments
    from gateway.journal.store.views import Suspension
    from gateway.model.service import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer, and the address that gives it."""

    text: Text
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question to answer, for ``guidance/question.html``."""

    template = "guidance/question.html"
    headline: Text
    service: Text
    number: int
    hint: Text | None
    choices: Sequence[Choice]
    said: Sequence[AnsweredQuestion]
    back: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """The end that the answers lead to, for ``guidance/result.html``: this service (``guide``), others, or elsewhere."""

    template = "guidance/result.html"
    headline: Text
    guide: Guide | None
    paper: str | None  # the address of the list to print
    away: Text | None  # departments that take nothing now
    others: Sequence[Offer]
    elsewhere: Text | None
    said: Sequence[AnsweredQuestion]
    back: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """The services that answers lead through, below an address (``base``)."""

    services: Mapping[str, CompiledService]
    departments: Departments
    suspended: Callable[[str], Suspension | None]
    base: str

    def view(self, service: CompiledService, answers: Mapping[str, str], away: Collection[str] = ()) -> QuestionView | ResultView:
        """Give the next question, or where the answers lead. ``away`` names departments that take nothing now."""
        definition = service.definition
        stand = follow(definition, answers)
        said = all_said(definition, stand.answers, self.base)
        back = said[-1].again if said else self.base
        if stand.question is not None:
            return QuestionView(
                headline=stand.question.text,
                service=definition.title,
                number=len(said) + 1,
                hint=stand.question.hint,
                choices=[
                    Choice(
                        text=option.text,
                        address=address_of_guide(self.base, definition, {**stand.answers, stand.question.name: option.value}),
                    )
                    for option in stand.question.options
                ],
                said=said,
                back=back,
                base=self.base,
            )
        suspension = self.suspended(definition.code)
        here = guide(service, self.departments, suspension, answers=stand.answers) if definition.code in stand.services else None
        led = (*stand.services, *stand.also)
        others = [offer(self.services[code], self.suspended(code)) for code in led if code != definition.code and code in self.services]
        return ResultView(
            headline=_headline(definition.title, here, others),
            guide=here,
            paper=None if here is None else self._paper(service, stand),
            away=_away(service, self.departments, away),
            others=others,
            elsewhere=stand.elsewhere,
            said=said,
            back=back,
            base=self.base,
        )

    def _paper(self, service: CompiledService, stand: Stand) -> str:
        path, _, query = address_of_guide(self.base, service.definition, stand.answers).partition("?")
        return f"{path}/list" + (f"?{query}" if query else "")


def _headline(title: Text, here: Guide | None, others: Sequence[Offer]) -> Text:
    if here is not None:
        return headline(title, len(here.materials))
    return texts.you_need(listed(one.title for one in others)) if others else texts.not_here(title)


def _away(service: CompiledService, departments: Departments, away: Collection[str]) -> Text | None:
    names = dict.fromkeys(step.department for step in service.definition.steps if step.department in away)
    return texts.away_now(listed(departments[name].config.title for name in names)) if names else None
