"""A ``gateway serve --sandbox`` that writes down which of its files work on a request.

``python -m docs.shape.recorder FILE PORT``: FILE gets a line of JSON for each walk, PORT is the gateway's. SIGUSR1 begins a walk that ends
with bytes sent to somebody else, SIGUSR2 one that ends with our own answer, and the next signal writes it down. Beside FILE lies ``.begun``
once a walk is followed, and ``.sent`` once it has come to its end: on a busy machine either takes its time.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import uvloop

_READS = frozenset({"recv", "recv_into"})
_WRITES = frozenset({"send", "sendmsg"})
#: Below it are the frames of whatever started the loop.
_LOOP = (asyncio.events.__file__, "_run")


class Work(NamedTuple):
    """Work of a file in a walk: its first function, and the files that it called."""

    first: str
    called: list[str]


#: The files at work, in order of first use.
Walk = dict[str, Work]


class Recorder:
    """A profiler of all threads of this process that looks at the files of ``folder`` alone.

    A walk begins when the gateway reads from its ``port``. On the thread that makes this object, which is the one that serves, it ends when
    something is sent: to somebody else when the walk leads ``out``, otherwise as the answer. Other threads may need longer for what they do
    for it, so they are followed to :meth:`end`.
    """

    def __init__(self, folder: Path, port: int, sent: Callable[[], None] = lambda: None) -> None:
        self._folder, self._port, self._tell_sent = f"{folder}/", port, sent
        self._serving = threading.get_ident()
        self._out = self._following = self._begun = self._sent = False
        self._walk: Walk = {}

    @property
    def following(self) -> bool:
        """Tell if a walk has begun and not ended."""
        return self._following

    def begin(self, *, out: bool) -> None:
        """Follow the next request that is read."""
        self._out, self._walk = out, {}
        self._begun = self._sent = False
        self._following = True

    def end(self) -> Walk:
        """Give what was walked since :meth:`begin`, nothing when it came to no end."""
        self._following = False
        place = len(self._folder)
        walk = self._walk if self._sent else {}
        return {file[place:]: Work(work.first, [called[place:] for called in work.called]) for file, work in walk.items()}

    def __call__(self, frame: FrameType, event: str, called: object) -> None:
        """Be told of a call, as :func:`sys.setprofile` does it."""
        if not self._following:
            return
        serving = threading.get_ident() == self._serving
        if event == "c_call" and serving and isinstance(door := getattr(called, "__self__", None), socket.socket):
            self._look_at(door, getattr(called, "__name__", ""))
        elif event == "call" and self._begun and not (self._sent and serving):
            self._note(frame)

    def _note(self, frame: FrameType) -> None:
        file = frame.f_code.co_filename
        if not file.startswith(self._folder):
            return
        self._walk.setdefault(file, Work(frame.f_code.co_qualname, []))
        caller = frame.f_back
        while caller is not None and (caller.f_code.co_filename, caller.f_code.co_name) != _LOOP:
            if (called_by := caller.f_code.co_filename).startswith(self._folder):
                if called_by != file and (work := self._walk.get(called_by)) is not None and file not in work.called:
                    work.called.append(file)
                return
            caller = caller.f_back

    def _look_at(self, door: socket.socket, does: str) -> None:
        ours = door.family is not socket.AF_UNIX and door.fileno() >= 0 and door.getsockname()[1] == self._port
        if does in _READS and ours:
            self._begun = True
        elif does in _WRITES and self._begun and ours != self._out and door.family is not socket.AF_UNIX and not self._sent:
            self._sent = True
            self._tell_sent()


def main(file: Path, port: int) -> None:
    """Serve until killed."""
    begun, sent = file.with_suffix(".begun"), file.with_suffix(".sent")
    recorder = Recorder(Path.cwd() / "gateway", port, sent.touch)

    def told(number: int, _: FrameType | None) -> None:
        if recorder.following:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(recorder.end()) + "\n")
            begun.unlink()
        else:
            sent.unlink(missing_ok=True)
            recorder.begin(out=number == signal.SIGUSR1)
            begun.touch()

    signal.signal(signal.SIGUSR1, told)
    signal.signal(signal.SIGUSR2, told)
    uvloop.run = asyncio.run  # type: ignore[assignment]  # its sockets are no Python objects, so that nobody sees what is sent
    threading.setprofile(recorder)
    sys.setprofile(recorder)
    from gateway.cli import main as serve  # noqa: PLC0415  # what the recorder follows is loaded under it

    serve(["serve", "--sandbox", "--with-parent"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
