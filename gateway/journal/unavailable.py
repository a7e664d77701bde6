"""What is said when the journal cannot be written or read now."""

from __future__ import annotations

from gateway.model.errors import GatewayError


class JournalUnavailable(GatewayError):
    """The journal cannot be written or read now (disk full, database locked or away): nothing was done, try again later."""


class AuditBroken(JournalUnavailable):
    """The audit is not what was signed: nothing is written until somebody has accepted it (``gateway audit accept``)."""


class JournalClosed(JournalUnavailable):
    """The journal is closed: the process is stopping."""


class JournalBroken(JournalClosed):
    """The journal may not be written any more by this process: what is on the disk is not what it believes. It must be started anew."""
