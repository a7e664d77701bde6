"""A returned case answered by a party on the phone: the receipt's link, the end of the document's number, the form, and it is sent.

What is typed is never lost: a session of answering that has ended asks for the six characters again and keeps the form behind it. Nobody
signs in for any of this, and no cookie of who works here is looked at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.cases.parties import definition_of
from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Asked, Route
from gateway.cases.caller import PARTY, Caller
from gateway.cases.rights import Act, may
from gateway.catalogue.parties.sees import sees
from gateway.people.sessions import csrf_of
from gateway.texts.refusals import Refused
from gateway.web.answers.asking import AnswerForm, Answering, answer_form, said_fields
from gateway.web.citizen.progress import CASE, FOLLOWED, dead, lead_on, page_of
from gateway.web.staff import cookies
from gateway.web.staff.forms import fields_of, is_proven

if TYPE_CHECKING:
    from gateway.model.case import Party
    from gateway.model.errors import Located
    from gateway.model.service import Text

#: The session of answering: when it ends, and a MAC over that and the link.
ANSWER: Final = "__Host-answer"
PATH: Final = f"{FOLLOWED}/answer"
_OPEN: Final = f"{PATH}/open"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request of somebody who holds a party's link."""

    asked: Asked
    party: Party
    secret: str = field(repr=False)
    one: Answering

    @property
    def caller(self) -> Caller:
        """The party."""
        return Caller(id=self.party.id, name=PARTY, role=PARTY, party_to=self.party.application_id)

    @property
    def token(self) -> str:
        """The session that the browser has, which may be none or have ended."""
        return self.asked.request.cookies.get(ANSWER, "")

    @property
    def is_open(self) -> bool:
        """True where the six characters were given, for this very link and not too long ago."""
        return self.asked.parts.door.is_open(self.party, self.secret, self.token)


Visited = Callable[[Visit], Awaitable[web.StreamResponse]]


def _of_link(handle: Visited) -> Callable[[Asked], Awaitable[web.StreamResponse]]:
    """Make a handler for who holds a link: others are led to the page that asks for a code."""

    async def handler(asked: Asked) -> web.StreamResponse:
        secret = asked.request.cookies.get(CASE)
        if secret is None:
            return lead_on("/t")
        try:
            party = await asked.parts.progress.by_secret(secret)
        except Refused:
            return _ended(dead(asked), asked)
        return await handle(Visit(asked=asked, party=party, secret=secret, one=await _answering(asked, party)))

    return handler


async def _answering(asked: Asked, party: Party) -> Answering:
    insights = asked.parts.insights
    view = await insights.application(party.application_id)
    me = Caller(id=party.id, name=PARTY, role=PARTY, party_to=party.application_id)
    if view is None or may(me, Act.ANSWER, view.application) is None:
        raise not_found()
    definition, form = await definition_of(asked, view.application), await insights.form(view.application.id)
    if definition is None or form is None:
        raise not_found()
    return Answering(
        view=view,
        definition=definition,
        form=form,
        departments={name: hosted.config.title for name, hosted in asked.parts.departments.items()},
        seen=sees(definition, party.roles),
        personal=await insights.personal(view.application.id),
    )


async def show(visit: Visit) -> web.StreamResponse:
    """The form, or what is to be done before it."""
    if not visit.one.ask.fields:
        return _nothing(visit)
    form = answer_form(visit.one)
    if form is None or not form.is_drawn:
        return _page(visit, "answers/elsewhere.html", undrawn=True)
    return _form(visit, form) if visit.is_open else _door(visit)


async def open_door(visit: Visit) -> web.StreamResponse:
    """Begin a session for who gives the six characters. What was typed in a form before stands in it again."""
    fields = await fields_of(visit.asked)
    typed = said_fields(fields)
    try:
        token = await visit.asked.parts.door.open(
            visit.party, visit.secret, fields.get("six", ""), definition=visit.one.definition, form=visit.one.form
        )
    except Refused as refused:
        if refused.status not in (403, 422, 429):
            raise
        return _door(visit, status=refused.status, wrong=refused.said, fields=fields, shut=refused.status != 422)
    form = answer_form(visit.one, typed) if typed else None
    if form is None or fields.get("mark") != visit.one.ask.mark:
        answer: web.Response = lead_on(PATH)
    else:
        answer = _form(visit, form, token=token)
    cookies.put(answer, ANSWER, token)
    return answer


async def take(visit: Visit) -> web.StreamResponse:
    """Send the answer, or show the form again with what is wrong or was pressed in it."""
    fields = await fields_of(visit.asked)
    if not visit.is_open or not is_proven(fields, csrf_of(visit.token)):
        return _door(visit, status=401, fields=fields) if visit.one.ask.fields else _nothing(visit, status=409)
    form = answer_form(visit.one, fields)
    if form is None:
        return _page(visit, "answers/elsewhere.html", undrawn=True)
    if (pressed := form.pressed()) is not None:
        return _form(visit, pressed)
    try:
        await visit.asked.parts.revisions.answer(
            visit.party.application_id,
            form.document(),
            mark=fields.get("mark", ""),
            said=said_fields(fields),
            caller=visit.caller,
            language=visit.asked.language,
        )
    except Refused as refused:
        return await _refused(visit, fields, refused)
    return _ended(lead_on(f"{FOLLOWED}?said=answered"), visit.asked)


async def _refused(visit: Visit, fields: Mapping[str, str], refused: Refused) -> web.Response:
    """Show what keeps an answer from being taken, in the form as it was typed where there is something to answer still."""
    now = Visit(asked=visit.asked, party=visit.party, secret=visit.secret, one=await _answering(visit.asked, visit.party))
    errors: Sequence[Located] = refused.errors
    if refused.status not in (409, 422):
        raise refused
    form = answer_form(now.one, said_fields(fields), errors)
    if not now.one.ask.fields or form is None:
        return _nothing(now, status=409)
    return _form(now, form, status=refused.status, note=None if errors else refused.said)


def _form(visit: Visit, form: AnswerForm, *, status: int = 200, note: Text | None = None, token: str | None = None) -> web.Response:
    proof = csrf_of(token or visit.token)
    return _page(visit, "answers/form.html", status=status, form=form, note=note, proof=proof, action=PATH)


def _door(
    visit: Visit, *, status: int = 200, wrong: Text | None = None, fields: Mapping[str, str] | None = None, shut: bool = False
) -> web.Response:
    kept = {name: text for name, text in (fields or {}).items() if name.startswith("/") or name == "mark"}
    return _page(visit, "answers/door.html", status=status, wrong=wrong, kept=kept, shut=shut, action=_OPEN)


def _nothing(visit: Visit, *, status: int = 200) -> web.Response:
    return _page(visit, "answers/elsewhere.html", status=status, undrawn=False)


def _page(visit: Visit, template: str, *, status: int = 200, **values: object) -> web.Response:
    return page_of(visit.asked, template, status=status, one=visit.one, number=visit.one.view.application.number, **values)


def _ended(answer: web.Response, asked: Asked) -> web.Response:
    """Take the session from the browser."""
    if ANSWER in asked.request.cookies:
        cookies.drop(answer, ANSWER)
    return answer


PAGES: Final = (
    Route(method="GET", path=PATH, handler=_of_link(show), id="answerPage", tag="citizen", summary="Answer a returned case", act=OPEN),
    Route(method="POST", path=PATH, handler=_of_link(take), id="answerForm", tag="citizen", summary="Answer a returned case", act=OPEN),
    Route(
        method="POST", path=_OPEN, handler=_of_link(open_door), id="answerDoor", tag="citizen", summary="Prove to be the party", act=OPEN
    ),
)
