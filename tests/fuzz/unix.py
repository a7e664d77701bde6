"""Requests over a unix socket."""

from __future__ import annotations

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool


class UnixAdapter(HTTPAdapter):
    """Sends everything through the socket at ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._pool = _Pool(path)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        """Give the only pool there is."""
        return self._pool


class _Connection(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("gateway")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class _Pool(HTTPConnectionPool):
    def __init__(self, path: str) -> None:
        super().__init__("gateway")
        self._path = path

    def _new_conn(self) -> Any:
        return _Connection(self._path)
