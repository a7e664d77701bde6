"""Two addresses without a server: one refuses connections, the other stays silent."""

from __future__ import annotations

import socket


class DeadPort:
    """A local port of our own where nobody serves.

    A ``silent`` one does not even refuse. Its listener takes no more connections and lets the next one wait, just as a firewall does that
    drops packets.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._bound.bind(("127.0.0.1", 0))
        self._fill: list[socket.socket] = []
        if silent:
            self._bound.listen(0)
            for _ in range(4):
                waiting = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                waiting.setblocking(False)
                waiting.connect_ex(self._bound.getsockname())
                self._fill.append(waiting)

    @property
    def url(self) -> str:
        """Give the address as an adapter's ``endpoint``."""
        return f"http://127.0.0.1:{self._bound.getsockname()[1]}"

    def close(self) -> None:
        """Free the port. A client that still waits for a connection is refused at its next try."""
        for one in (*self._fill, self._bound):
            one.close()
