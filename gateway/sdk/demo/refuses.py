"""A department that refuses everything properly, with outcomes and never with errors."""

from __future__ import annotations

from gateway.sdk.demo.succeeds import Succeeds


class Refuses(Succeeds):
    """The same contract at another department, whose sandbox rejects filed cases and sends applications back."""

    adapter = "demo_refuses"
