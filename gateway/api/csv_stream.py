"""A list as one CSV file, written page by page as it is read, so that none is ever whole in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from aiohttp import web

from gateway.api.http.border import add_headers
from gateway.api.http.route import CSV
from gateway.texts.csv_lines import MARK, lines

#: Gives the rows of a page after a cursor (none: the first), and the cursor of the next.
RowsAfter = Callable[[str | None], Awaitable[tuple[Iterable[Iterable[object]], str | None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """The name of a file, and what stands over its columns."""

    name: str
    heads: Sequence[str]


async def stream(request: web.Request, file: CsvFile, rows_after: RowsAfter) -> web.StreamResponse:
    """Answer with the file. A fault of the first page is still refused, and after one of a later page the connection ends too soon."""
    rows, following = await rows_after(None)
    answer = web.StreamResponse(headers={"Content-Disposition": f'attachment; filename="{file.name}"'})
    answer.content_type, answer.charset = CSV, "utf-8"
    add_headers(request, answer)
    await answer.prepare(request)
    if request.method == "HEAD":
        return answer
    try:
        await answer.write(MARK + lines([file.heads]))
        while True:
            await answer.write(lines(rows))
            if following is None:
                break
            rows, following = await rows_after(following)
        await answer.write_eof()
    except ConnectionError:
        pass  # the reader went away: nobody to tell
    except BaseException:
        if request.transport is not None:
            request.transport.abort()  # or what has come would pass for the whole
        raise
    return answer
