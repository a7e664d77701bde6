"""The site: every page by its headers, and a browser's problems as pages, a program's as documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.api.http.route import Route
from gateway.cases.caller import Caller
from gateway.cases.rights.table import RIGHTS, Whose
from gateway.journal.store.views import CaseView
from gateway.model.identifiers import new_id
from gateway.web.rendering import POLICY
from gateway.web.site import PAGES
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import file, signed_in

#: Pages that everybody sees without signing in. Those below ``/t/`` want a receipt.
_BARE = [page.path for page in PAGES if page.method == "GET" and not page.signed and not page.path.startswith(("/t/", "/kiosk/start"))]
OPEN = [path.replace("{code}", "house-transfer").replace("{screen}", "hall") for path in _BARE]


async def test_a_page_lets_nothing_in_from_elsewhere(hall: Hall) -> None:
    for path in OPEN:
        page = await hall.get(path)
        assert page.status == 200, path
        assert page.headers["Content-Security-Policy"] == POLICY, path
        assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer"), path
        assert "://" not in await page.text(), path


async def test_a_browser_reads_a_problem_on_a_page(hall: Hall) -> None:
    for path, status in (
        ("/services/unknown", 404),
        ("/kiosk/services/unknown", 404),
        ("/board/unknown", 404),
        ("/nowhere", 404),
        ("/v1/services", 401),
        ("/services/%E5%BC%A0%3Cb%3E", 404),
    ):
        page = await hall.get(path, **{"Accept-Language": "en"})
        body = await page.text()
        assert (page.status, page.content_type) == (status, "text/html"), path
        assert page.headers["X-Request-Id"] in body, path
        assert "<h1>" in body, path
        assert [part for part in ("张", "<b>") if part in body] == [], path


async def test_an_address_with_what_no_store_keeps_is_refused_on_every_page(hall: Hall) -> None:
    for page in PAGES:
        if page.method == "GET":
            path = (
                page.path.replace("{screen}", "hall")
                .replace("{id}", new_id())
                .replace("{draft}", new_id())
                .replace("{name}", "tax")
                .replace("{code}", "passport")
                .replace("{secret}", "A" * 43)
            )
            assert (await hall.get(f"{path}?number=a%00b")).status == 400, path


async def test_a_program_reads_a_problem_document(hall: Hall) -> None:
    for accept in ("application/json", "*/*", "application/problem+json, text/html;q=0.5"):
        answer = await hall.http.get("/services/unknown", headers={"Accept": accept})
        assert (answer.status, answer.content_type) == (404, "application/problem+json"), accept


async def test_a_refused_key_is_challenged_on_a_page_too(hall: Hall) -> None:
    page = await hall.get("/v1/services")
    assert page.headers["WWW-Authenticate"] == 'Bearer realm="gateway"'


#: A person of each role, and the group or department that is theirs.
PEOPLE = {
    "window": ("clerk", "hall"),
    "elsewhere": ("clerk", "another"),
    "tax": ("officer:tax", "tax"),
    "marriage": ("head:marriage", "marriage"),
    "supervisor": ("supervisor", None),
    "operator": ("operator", None),
    "auditor": ("auditor", None),
    "administrator": ("administrator", None),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a page is about: whose case, of which department, or nothing that there is."""

    path: str
    owner: str | None = None
    department: str | None = None
    there: bool = True


def subjects(page: Route, cases: dict[str, CaseView], drafts: dict[tuple[str, str], str]) -> Iterator[Subject]:
    """Give all that a page may be about. Each page about drafts has its own, since some take them away."""
    if page.path.startswith(("/console/cases/{id}", "/counter/cases/{id}")):
        yield from (Subject(page.path.replace("{id}", case.application.id), owner) for owner, case in cases.items())
    elif page.path.startswith("/console/deliveries/{id}"):
        for owner, case in cases.items():
            by = {one.department: one.id for one in case.deliveries.values()}
            yield from (Subject(page.path.replace("{id}", by[name]), owner, name) for name in ("marriage", "tax"))
    elif page.path.startswith("/console/departments/{name}"):
        yield from (Subject(page.path.replace("{name}", name), None, name) for name in ("marriage", "tax"))
    elif "{draft}" in page.path:
        yield from (Subject(page.path.replace("{draft}", drafts[page.id, owner]), owner) for owner in cases)
    elif page.path.startswith("/console/services/{code}"):
        if "{id}" not in page.path:  # there is no suspension for a form on one
            yield Subject(page.path.replace("{code}", "passport"))
        yield Subject(page.path.replace("{code}", "nowhere").replace("{id}", new_id()), there=False)
        return
    elif page.path.endswith("day.csv"):
        yield from (Subject(f"{page.path}?department={name}", None, name) for name in ("marriage", "tax"))
        return
    elif "{" not in page.path:
        yield Subject(page.path)
        return
    yield Subject(
        page.path.replace("{id}", new_id()).replace("{name}", "nowhere").replace("{session}", new_id()).replace("{draft}", new_id()),
        there=False,
    )


def may_see(who: str, page: Route, about: Subject) -> bool:
    """Read the table: the nearest tie counts. What is not there is nobody's."""
    role, theirs = PEOPLE[who]
    assert page.act is not None
    ties = {
        Whose.ANY: True,
        Whose.OWN: about.owner is not None and about.owner == theirs,
        Whose.TOLD: about.department is not None and about.department == theirs,
    }
    return any(ties.get(whose, False) for whose in RIGHTS[role.partition(":")[0]][page.act])


async def test_every_cell_holds_at_every_page(hall: Hall) -> None:
    owners = {group: Caller(id=new_id(), name=group, role="clerk", group=group) for group in ("hall", "another")}
    cases = {group: await file(hall, "house-transfer", caller=caller) for group, caller in owners.items()}
    parts, about_drafts = hall.gateway.parts, [page for page in PAGES if "{draft}" in page.path]
    drafts = {(page.id, group): (await parts.drafts.begin("passport", owners[group])).id for page in about_drafts for group in owners}
    people = {who: await signed_in(hall, role, who, theirs if role == "clerk" else None) for who, (role, theirs) in PEOPLE.items()}
    wrong, tried = [], 0
    for page in (page for page in PAGES if page.signed and page.act is not None):
        for who, browser in people.items():
            for about in subjects(page, cases, drafts):
                await browser.get("/account")
                answer = await (browser.get(about.path) if page.method == "GET" else browser.post(about.path, browser.proof()))
                row = RIGHTS[PEOPLE[who][0].partition(":")[0]]
                bare = page.path == about.path
                wanted = (
                    "no right" if page.act not in row else "done" if bare or (about.there and may_see(who, page, about)) else "not there"
                )
                got = {403: "no right", 404: "not there", 500: "failed"}.get(answer.status, "done")
                tried += 1
                if page.method == "GET" and got != "done":
                    stream = await hall.get(about.path, **browser.cookie(), Accept="text/event-stream")
                    assert stream.status == answer.status, f"{who} is told more by the stream of {about.path}"
                if got != wanted:
                    wrong.append(
                        f"{who} {page.method} {about.path} {about.owner} {about.department}: {answer.status}, the table says {wanted}"
                    )
    assert wrong == []
    assert tried > 400


async def test_a_clerk_sees_what_a_window_brought_into_the_group(hall: Hall) -> None:
    parts = hall.gateway.parts
    key, token = await parts.keys.create("front-end", "window", actor="test")
    alone, _ = await parts.keys.recognise(token)
    assert alone is not None
    case = await file(hall, "passport", caller=alone)
    clerk = await signed_in(hall, "clerk", "window", "hall")
    page = f"/console/cases/{case.application.id}"
    assert (await clerk.get(page)).status == 404
    await parts.keys.join(key.id, group="hall", actor="test")
    parts.people.sessions.forget()
    assert (await clerk.get(page)).status == 200
