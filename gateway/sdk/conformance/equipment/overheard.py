"""All that is logged or printed while a block runs, by whatever means."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

import structlog


class Overheard(logging.Handler):
    """The log lines, each with its traceback, and the printed text of a block."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._printed = io.StringIO()
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    @property
    def text(self) -> str:
        """Give all that was logged and printed."""
        return "\n".join([*self._lines, self._printed.getvalue()])

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Capture every logger at DEBUG, structlog, and the printed text."""
        root = logging.getLogger()
        loggers = [root, *(one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger))]
        levels = [(one, one.level) for one in loggers]
        root.addHandler(self)
        for one in loggers:
            one.setLevel(logging.DEBUG)
        processors: list[Any] = structlog.get_config()["processors"]
        before = list(processors)
        processors[:] = [self._structured]
        try:
            with contextlib.redirect_stdout(self._printed), contextlib.redirect_stderr(self._printed):
                yield
        finally:
            processors[:] = before
            root.removeHandler(self)
            for one, level in levels:
                one.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record's text, and its arguments as they were given."""
        self._lines.append(self.format(record))

    def _structured(self, logger: object, method: str, event: object) -> Any:  # noqa: ANN401, ARG002  # structlog's own signature
        self._lines.append(repr(event))
        raise structlog.DropEvent
