"""Static files: kept for good under the address of their content, and never a file from elsewhere."""

from __future__ import annotations

import gzip
import hashlib

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


#: What others wrote, as it was released: name → its SHA-256. Their licence lies beside it.
VENDORED = {
    "vendor/htmx/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",  # 4.0.1
    "vendor/htmx/hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",  # of the same release
}


def test_what_others_wrote_is_as_they_released_it_with_its_licence() -> None:
    found = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert found == {*VENDORED, "vendor/htmx/LICENSE.txt"}
    for name, digest in VENDORED.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
    assert "Zero-Clause BSD" in (STATIC / "vendor/htmx/LICENSE.txt").read_text(encoding="utf-8")
