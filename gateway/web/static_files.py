"""The pages' own files: styles and pictures, each under an address that names its content, so that browsers keep it for good."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEDIA: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
#: A year, the longest that RFC 9111 lets one promise. The address changes with the content.
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, as it is sent: ``packed`` by gzip for clients that take it."""

    media: str
    body: bytes
    packed: bytes

    @property
    def digest(self) -> str:
        """The part of the address that names the content: 64 bits of its SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:16]


class StaticFiles:
    """The files of a folder, read once and sent from memory: no path of a request ever reaches the disk."""

    def __init__(self, folder: Path) -> None:
        """Read every file in the folder and below."""
        self._files = dict(_read(folder))

    def address(self, name: str) -> str:
        """Give the address of a file by its name in the folder. Raises KeyError if there is none."""
        return f"/static/{self._files[name].digest}/{name}"

    async def answer(self, request: web.Request) -> web.Response:
        """Send the file of the address, or refuse it (404) where the content is another by now."""
        found = self._files.get(request.match_info["name"])
        if found is None or found.digest != request.match_info["digest"]:
            raise web.HTTPNotFound
        headers = {"Content-Type": found.media, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=found.body, headers=headers)
        return web.Response(body=found.packed, headers={**headers, "Content-Encoding": "gzip"})


def _read(folder: Path) -> Iterator[tuple[str, StaticFile]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            yield path.relative_to(folder).as_posix(), StaticFile(_MEDIA[path.suffix], body, gzip.compress(body, mtime=0))
