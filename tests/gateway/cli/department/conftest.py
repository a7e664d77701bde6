"""A department at an address of the test's own, which answers as it is told."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.running.starter import starter_folder

SECRET = "the-token-of-tax"


class Backend:
    """Answers every request with ``answer`` (status, content type, body, further headers) and keeps what came."""

    def __init__(self) -> None:
        self.answer: tuple[int, str, bytes, dict[str, str]] = (200, "application/json", b'{"code": "00", "message": "ok"}', {})
        self.came: list[bytes] = []
        backend = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                backend.came.append(self.rfile.read(length))
                status, kind, body, more = backend.answer
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  # the library's own name

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def backend() -> Iterator[Backend]:
    made = Backend()
    yield made
    made.close()


Elsewhere = Callable[..., None]


@pytest.fixture
def elsewhere(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Configures tax at an endpoint of the test's own, with further lines; no gateway and no sandbox runs."""
    config = stopped / "config"
    shutil.copytree(starter_folder(), config)
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)

    def configure(endpoint: str, *lines: str) -> None:
        text = "\n".join(["title: {zh: 税务, en: Tax}", f"endpoint: {endpoint}", "options: {paasid: onestop-500152}", *lines])
        (config / "departments" / "tax.yaml").write_text(f"{text}\n", encoding="utf-8")

    return configure
