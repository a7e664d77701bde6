"""A department that refuses everything, properly: what it says is an outcome, never an error."""

from __future__ import annotations

from gateway.sdk.demo.succeeds import Succeeds


class Refuses(Succeeds):
    """The same contract at another department: its sandbox rejects what is filed and sends back what is applied for."""

    adapter = "demo_refuses"
