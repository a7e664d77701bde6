"""Refusals as problem documents (RFC 9457), in the caller's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from aiohttp import web

from gateway.api.http import texts
from gateway.api.http.route import PROBLEM
from gateway.api.shapes import models
from gateway.api.shapes.answers import dumps, suspended
from gateway.cases.suspending.suspensions import ServiceSuspended
from gateway.texts.bounds import BOUNDS
from gateway.texts.refusals import ConfigurationRefused, Language, Refused, in_language
from gateway.texts.sentences import name


class WrongParameters(Refused):
    """The unusable parameters of a query, each by name and with the form that is expected."""

    def __init__(self, wrong: Iterable[tuple[str, str]]) -> None:
        super().__init__("parameters", 400, texts.WRONG_PARAMETERS)
        self.wrong = tuple(wrong)


class FeedGone(Refused):
    """A cursor of another copy of the journal. ``after`` is the one to begin again with."""

    def __init__(self, after: str) -> None:
        super().__init__("cursor-gone", 410, texts.CURSOR_GONE)
        self.after = after


def title(kind: str, language: Language) -> str:
    """Give the title of that kind of problem."""
    known = texts.KINDS.get(kind)
    return in_language(known.title, language) if known else kind.replace("-", " ").capitalize()


def problem(refused: Refused, language: Language, headers: Mapping[str, str] | None = None, *, most: int = BOUNDS.errors) -> web.Response:
    """Answer a refusal, with at most ``most`` of its errors."""
    document: models.ProblemShape = {
        "type": f"/problems/{refused.kind}",
        "title": title(refused.kind, language),
        "status": refused.status,
        "detail": refused.detail(language),
    }
    errors: list[models.ProblemError] = [{"pointer": located.pointer, "detail": located.detail} for located in refused.errors]
    if isinstance(refused, WrongParameters):
        errors += [{"parameter": name, "detail": detail} for name, detail in refused.wrong]
    if isinstance(refused, ServiceSuspended):
        document["suspended"] = suspended(refused.suspension)
    if isinstance(refused, FeedGone):
        document["after"] = refused.after
    more = refused.more + max(0, len(errors) - most)
    del errors[most:]
    if isinstance(refused, ConfigurationRefused):
        errors += [{"file": one.file, "line": one.line, "path": one.path, "detail": one.detail} for one in refused.problems]
    if errors:
        document["errors"] = errors
    if more:
        document["more_errors"] = more
    answer = web.Response(status=refused.status, body=dumps(document), content_type=PROBLEM, headers=headers)
    answer.headers["Content-Language"] = language
    if refused.retry_after is not None or refused.status in (429, 503):
        answer.headers["Retry-After"] = str(max(1, math.ceil(refused.retry_after or 1)))
    return answer


def not_found() -> Refused:
    """Refuse what does not exist and what the caller may not see by the same answer."""
    return Refused("not-found", 404, texts.NOT_FOUND)


def of_http(error: web.HTTPException) -> tuple[Refused, dict[str, str]]:
    """Give a refusal by aiohttp itself as ours, with its headers."""
    match error:
        case web.HTTPMethodNotAllowed():
            allow = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
            said = texts.allowed(allow)
            return Refused("method-not-allowed", 405, said), {"Allow": allow}
        case web.HTTPRequestEntityTooLarge():
            return too_large(), {}
        case web.HTTPNotFound():
            return Refused("not-found", 404, texts.NO_ADDRESS), {}
        case _:
            phrase = HTTPStatus(error.status).phrase
            return Refused(phrase.lower().replace(" ", "-"), error.status, name(phrase)), {}


def too_large(most: int | None = None) -> Refused:
    """Refuse a body over the limit, which is told in bytes where it is known."""
    said = texts.TOO_LARGE if most is None else texts.larger_than(most)
    return Refused("too-large", 413, said)


def internal() -> Refused:
    """Refuse after an unforeseen failure, which stands in the log and not in the answer."""
    return Refused("internal", 500, texts.INTERNAL)
