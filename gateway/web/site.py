"""The site: which pages there are, and how a browser is answered where a program would get a problem document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.border import bind
from gateway.api.http.problems import title
from gateway.api.http.route import Route
from gateway.api.http.state import PROBLEM_PAGE, REQUEST_ID
from gateway.texts.refusals import Refused
from gateway.web import texts
from gateway.web.answers import counter as counter_answers
from gateway.web.answers import phone
from gateway.web.board import board
from gateway.web.citizen import guides, progress
from gateway.web.console.accounts import accounts
from gateway.web.console.attention import attention
from gateway.web.console.audit import audit
from gateway.web.console.book import book
from gateway.web.console.cases import case, listing
from gateway.web.console.configuration import configuration
from gateway.web.console.departments import controls, departments
from gateway.web.console.digest import digest
from gateway.web.console.jobs import job, many
from gateway.web.console.reconciliation import reconciliation
from gateway.web.console.repairs import delivery, moves, resending, resolution, voiding
from gateway.web.console.services import services
from gateway.web.console.trends import trends
from gateway.web.counter.checking import check
from gateway.web.counter.choosing import choose
from gateway.web.counter.filling import applicant, documents, form, saving
from gateway.web.counter.receipts import receipt
from gateway.web.guidance import pages as guidance_pages
from gateway.web.kiosk import guidance as kiosk_guidance
from gateway.web.kiosk import screens, tracking
from gateway.web.live import WATCHED, Watched
from gateway.web.preferences import asked_for, preferences_of, remember
from gateway.web.rendering import SITE, Pages, own_files
from gateway.web.staff import account, sign_in
from gateway.web.staff.forms import is_unkept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.api.http.parts import ApiParts

#: Every page, by the people it is for.
PAGES: Final[tuple[Route, ...]] = (
    *guides.PAGES,
    *guidance_pages.PAGES,
    *progress.PAGES,
    *screens.PAGES,
    *tracking.PAGES,
    *kiosk_guidance.PAGES,
    *board.PAGES,
    *phone.PAGES,
    *counter_answers.PAGES,
    *sign_in.PAGES,
    *account.PAGES,
    *choose.PAGES,
    *applicant.PAGES,
    *form.PAGES,
    *saving.PAGES,
    *documents.PAGES,
    *check.PAGES,
    *receipt.PAGES,
    *attention.PAGES,
    *accounts.PAGES,
    *audit.PAGES,
    *configuration.PAGES,
    *departments.PAGES,
    *controls.FORMS,
    *services.PAGES,
    *many.PAGES,
    *job.PAGES,
    *reconciliation.PAGES,
    *trends.PAGES,
    *digest.PAGES,
    *book.PAGES,
    *listing.PAGES,
    *case.PAGES,
    *delivery.PAGES,
    *resending.PAGES,
    *resolution.PAGES,
    *moves.PAGES,
    *voiding.PAGES,
)


def add_site(app: web.Application, parts: ApiParts) -> None:
    """Serve the pages and their files beside the interface."""
    pages = Pages(centre=parts.centre, files=own_files(), training=parts.training)
    app[SITE] = pages
    app[WATCHED] = Watched()
    app[PROBLEM_PAGE] = lambda request, refused: _problem_page(pages, request, refused)
    app.router.add_get("/static/{digest}/{name:.+}", pages.files.answer)
    for page in PAGES:
        for method in ("GET", "HEAD") if page.method == "GET" else (page.method,):
            app.router.add_route(method, page.path, _with_choices(bind(page, parts)))


def _with_choices(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Have an address such as ``?size=large`` remember the choice, and lead back to the page without it.

    One with what no store keeps is refused before anything is looked for by it.
    """

    async def chosen(request: web.Request) -> web.StreamResponse:
        if is_unkept(request.query.values()):
            raise Refused("malformed", 400, texts.ADDRESS_UNREADABLE)
        if request.method != "GET" or not (wanted := asked_for(request)):
            return await handler(request)
        rest = [(name, value) for name, value in request.query.items() if name not in wanted]
        answer = web.Response(status=303, headers={"Location": str(request.rel_url.with_query(rest))})
        remember(answer, wanted, secure=request.secure)
        return answer

    return chosen


def _problem_page(pages: Pages, request: web.Request, refused: Refused) -> web.Response:
    """Say on a page what was refused, what is safe, what to do, and under which id the log has it.

    A screen without anybody before it asks again, and a terminal shows its own page, which leads back to its beginning.
    """
    language = preferences_of(request).language
    answer = pages.page(
        request,
        "kiosk/problem.html" if request.path.startswith("/kiosk/") else "problem.html",
        status=refused.status,
        title=title(refused.kind, language),
        detail=refused.detail(language),
        errors=[located.detail for located in refused.errors],
        request_id=request[REQUEST_ID],
    )
    if request.path.startswith("/board/"):
        answer.headers["Refresh"] = "60"
    return answer
