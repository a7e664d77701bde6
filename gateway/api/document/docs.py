"""The document and the page that shows it, without a file from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http.problems import WrongParameters, not_found
from gateway.api.http.route import JSON, OPEN, Answer, Asked, Parameter, Route
from gateway.api.http.state import DOCUMENT
from gateway.api.http.texts import KINDS, one_of
from gateway.api.shapes import models
from gateway.api.shapes.answers import json_answer
from gateway.texts.refusals import in_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.texts.refusals import Language

_STATIC = Path(__file__).parent / "static"
#: The page's files: name → (file, media type). A fixed list, so that no path can ever leave the folder.
_FILES: Mapping[str, tuple[Path, str]] = {
    "swagger-ui.css": (_STATIC / "swagger-ui" / "swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": (_STATIC / "swagger-ui" / "swagger-ui-bundle.js", "text/javascript"),
    "favicon-32x32.png": (_STATIC / "swagger-ui" / "favicon-32x32.png", "image/png"),
    "LICENSE": (_STATIC / "swagger-ui" / "LICENSE", "text/plain"),
    "NOTICE": (_STATIC / "swagger-ui" / "NOTICE", "text/plain"),
    "init.js": (_STATIC / "init.js", "text/javascript"),
    "words.js": (_STATIC / "words.js", "text/javascript"),
    "docs.css": (_STATIC / "docs.css", "text/css"),
}
#: The page's scripts and styles come from here alone, but swagger-ui sets style attributes and shows images from data: addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


#: Languages as they are asked for in the address.
_LANGUAGES: Mapping[str, Language] = {"zh": "zh-CN", "en": "en"}

LANG = Parameter(
    name="lang",
    place="query",
    description="The language, over what Accept-Language says.",
    schema={"type": "string", "enum": list(_LANGUAGES)},
)


def language_of(asked: Asked) -> Language:
    """Give the language to read in: ``lang`` in the address, else Accept-Language. Raises WrongParameters."""
    match asked.request.query.getall("lang", []):
        case []:
            return asked.language
        case [lang] if lang in _LANGUAGES:
            return _LANGUAGES[lang]
    raise WrongParameters([("lang", in_language(one_of(_LANGUAGES), asked.language))])


def _spoken(language: Language) -> dict[str, str]:
    return {"Content-Language": language, "Vary": "Accept-Language"}


async def openapi(asked: Asked) -> web.Response:
    """The document."""
    language = language_of(asked)
    body = await asked.request.app[DOCUMENT].body(language)
    return web.Response(body=body, content_type=JSON, headers=_spoken(language))


async def page(asked: Asked) -> web.Response:
    """The page."""
    language = language_of(asked)
    headers = {"Content-Security-Policy": _POLICY, **_spoken(language)}
    return web.Response(text=_page(language), content_type="text/html", charset="utf-8", headers=headers)


@cache
def _page(language: Language) -> str:
    return (_STATIC / "docs.html").read_text(encoding="utf-8").replace("{language}", language)


async def kind(asked: Asked) -> web.Response:
    """Explain a kind of problem."""
    language = language_of(asked)
    name = asked.path["kind"]
    if name not in KINDS:
        raise not_found()
    title, meaning = (in_language(text, language) for text in KINDS[name])
    return json_answer({"type": f"/problems/{name}", "title": title, "meaning": meaning}, headers=_spoken(language))


async def _file(request: web.Request) -> web.StreamResponse:
    found = _FILES.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    path, media = found
    return web.FileResponse(path, headers={"Content-Type": media, "Cache-Control": "public, max-age=3600"})


def add_static(app: web.Application) -> None:
    """Serve the page's files."""
    app.router.add_get("/docs/{name}", _file)


ROUTES = (
    Route(
        method="GET",
        path="/openapi.json",
        handler=openapi,
        id="getDocument",
        tag="docs",
        summary="This document",
        description=(
            "In Chinese unless `lang` or Accept-Language asks for English. Names and values, and so what is generated from it, are "
            "the same in both."
        ),
        act=OPEN,
        parameters=(LANG,),
        answers=(Answer(status=200, description="OpenAPI 3.1.", model=models.OpenApi),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/docs",
        handler=page,
        id="getDocsPage",
        tag="docs",
        summary="This document as a page; works offline",
        act=OPEN,
        parameters=(LANG,),
        answers=(Answer(status=200, description="The page.", media=("text/html",)),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/problems/{kind}",
        handler=kind,
        id="getProblemKind",
        tag="docs",
        summary="What a kind of problem means",
        act=OPEN,
        parameters=(
            Parameter(
                name="kind",
                place="path",
                description="The last part of a problem's `type`.",
                schema={"type": "string", "enum": sorted(KINDS)},
                required=True,
            ),
            LANG,
        ),
        answers=(Answer(status=200, description="The kind.", model=models.ProblemKind, media=(JSON,)),),
        refusals=(400, 404),
    ),
)
