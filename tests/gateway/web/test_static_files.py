"""Static files: kept for good under the address of their content, and never a file from elsewhere."""

from __future__ import annotations

import gzip

from gateway.web.rendering import own_files
from tests.faults.installation import ROOT
from tests.gateway.web.conftest import Hall

STATIC = ROOT / "gateway" / "web" / "static"


async def test_a_file_is_kept_for_good_and_packed_for_who_takes_it(hall: Hall) -> None:
    address = own_files().address("app.css")
    plain = await hall.get(address, **{"Accept-Encoding": "identity"})
    packed = await hall.get(address, **{"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await plain.read() == gzip.decompress(await packed.read()) == (STATIC / "app.css").read_bytes()


async def test_another_content_or_name_is_not_there(hall: Hall) -> None:
    mine = own_files().address("app.css")
    others = ("icon.svg", "..%2frendering.py", "../../site.py")
    for address in ("/static/0000000000000000/app.css", *(mine.replace("app.css", name) for name in others)):
        assert (await hall.get(address)).status == 404, address
