"""Structured logs: JSON on standard output in service, coloured in a terminal, masked here and nowhere else.

Lines go through a bounded queue to a thread that writes them: a sink that blocks or is full loses lines, counts them, and stops nothing.
Keys follow OpenTelemetry's log model.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, Any, Literal

import orjson
import structlog

from gateway.telemetry.events import ALLOWED, CALL

#: True while a logger is put together once, at its first line, which halves the cost of a line. Tests that capture lines set it off.
CACHED = True

_LINES = 10_000
_AT_ONCE = 200  # lines in one write
#: A run of digits as long as that of a mobile, an ID number or a bank account, whatever stands around it.
_SHORTEST = 11
_LARGE = 10 ** (_SHORTEST - 1)
_PERSONAL = re.compile(rf"\d{{{_SHORTEST},}}[Xx]?")
#: Identifiers of ours, which hold no personal data and may hold a long run of digits.
_OURS = frozenset(
    {"application", "delivery", "number", "trace_id", "span_id", "request_id", "journal", "heads", "signature", "key", "actor", "id"}
    | {"timestamp", "severity_text", "service.name"}
)
_SEVERITY = {"debug": "DEBUG", "info": "INFO", "warning": "WARN", "error": "ERROR", "critical": "CRITICAL", "exception": "ERROR"}


class Sink:
    """Writes lines to a stream from a thread of its own. ``dropped`` is told of every line that found no room.

    It writes to the stream's file descriptor, past its buffer: a buffer's lock held by a blocked thread would stop the process from ending.
    """

    def __init__(self, stream: IO[str], dropped: Callable[[], None]) -> None:
        self._stream = stream
        self._dropped = dropped
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()  # ten times as quick as a bounded one: the bound is kept here
        try:
            stream.flush()
            self._descriptor: int | None = stream.fileno()
        except (OSError, ValueError):  # a stream in memory has none
            self._descriptor = None
        self._thread = threading.Thread(target=self._run, name="logs", daemon=True)
        self._thread.start()

    def msg(self, line: str) -> None:
        """Hand one line over, without a wait."""
        if self._queue.qsize() < _LINES:
            self._queue.put(line)
        else:
            self._dropped()

    debug = info = warning = error = critical = exception = log = msg

    def tell(self, dropped: Callable[[], None]) -> None:
        """Tell this of every line that is lost from now on."""
        self._dropped = dropped

    def close(self, seconds: float = 2) -> None:
        """Write the lines that wait, for a limited time."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        ended = False
        while not ended:
            lines = [self._queue.get()]
            while len(lines) < _AT_ONCE and not self._queue.empty():
                lines.append(self._queue.get_nowait())  # nobody else takes any
            ended = None in lines
            texts = [line for line in lines if line is not None]
            try:
                self._write("".join(line + "\n" for line in texts))
            except (OSError, ValueError):  # the stream is closed or full: its lines are lost, and counted
                for _ in texts:
                    self._dropped()

    def _write(self, text: str) -> None:
        if self._descriptor is None:
            self._stream.write(text)
            self._stream.flush()
            return
        left = text.encode("utf-8", "backslashreplace")
        while left:
            left = left[os.write(self._descriptor, left) :]


def mask(text: str) -> str:
    """Mask everything in a text that could be an ID number, a mobile number or an account."""
    return _PERSONAL.sub("***", text)


def border(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let through only fields of the table, with personal-looking numbers masked, which no other place does."""
    clean: dict[str, Any] = {}
    for name, value in line.items():
        if name in ALLOWED and value is not None:
            clean[name] = value if name in _OURS else _masked(value)
    return clean


def _masked(value: object) -> object:
    """Mask a value, each part of a list or an object by itself. Anything else but a small number becomes text, the only thing to mask."""
    if isinstance(value, str):
        return value if len(value) < _SHORTEST else mask(value)
    if value is None or isinstance(value, float) or (isinstance(value, int) and -_LARGE < value < _LARGE):  # a bool is an int
        return value
    if isinstance(value, dict):
        return {mask(str(name)): _masked(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return mask(str(value))


def _during_a_call(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the delivery that a line is about, even a line of an adapter or a library."""
    call = CALL.get()
    if call is not None:
        for name, value in call.items():
            line.setdefault(name, value)
    return line


def _where(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Give a traceback's places alone, since the values in an exception's text may be personal."""
    if "exc_info" not in line:
        return line
    info = line.pop("exc_info")
    if info:
        error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else sys.exc_info()[1]
        places = []
        trace = error.__traceback__ if error is not None else None
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        line["exception"] = f"{type(error).__name__} at {' < '.join(reversed(places))}"
    return line


class _Bridge(logging.Handler):
    """Lines of the libraries, as warnings of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it, without its arguments' values when it came with a traceback."""
        logger = structlog.get_logger()
        text = record.msg if record.args or record.exc_info else record.getMessage()
        try:
            logger.log(record.levelno, str(text)[:300], logger=record.name, exc_info=record.exc_info or None)
        except Exception:  # noqa: BLE001  # no log line is worth a failure of the library that wrote it
            self.handleError(record)


@lru_cache(maxsize=1)
def _second(since_epoch: int) -> str:
    """A second as text, in UTC, kept: it costs more than the rest of a line, and many lines share it."""
    return datetime.fromtimestamp(since_epoch, UTC).isoformat()[:19]


def _json(_: object, level: str, line: MutableMapping[str, Any]) -> str:
    """Write a line by OpenTelemetry's log model, in one step, since every call to a department has one."""
    second, microsecond = divmod(time.time_ns() // 1000, 1_000_000)
    line["timestamp"] = f"{_second(second)}.{microsecond:06d}Z"
    line["severity_text"] = _SEVERITY.get(level, level.upper())
    line["service.name"] = "onestop-gateway"
    clean = border(None, level, line)
    try:
        return orjson.dumps(clean, default=str).decode()
    except TypeError:  # a lone surrogate, which orjson does not write
        return json.dumps(clean, default=str)


def configure_logs(
    form: Literal["auto", "json", "console"] = "auto",
    level: str = "info",
    *,
    stream: IO[str] | None = None,
    dropped: Callable[[], None] = lambda: None,
) -> Sink:
    """Set up structlog and the libraries' logging. Closing the sink at the end writes the lines that wait."""
    out = stream or sys.stdout
    sink = Sink(out, dropped)
    console = form == "console" or (form == "auto" and out.isatty())
    ends: list[Any] = [_json]
    if console:
        ends = [
            border,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(),
        ]
    structlog.configure(
        processors=[_during_a_call, _where, *ends],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: sink,
        cache_logger_on_first_use=CACHED,
    )
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(logging.WARNING)
    logging.getLogger("zeep").setLevel(logging.CRITICAL)  # its lines hold bodies
    return sink
