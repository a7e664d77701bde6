"""Sentences of the command about itself, and about a gateway that does not answer."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Sentence

HELP: Final = """One-Stop Gateway · 一窗网关: one application, filed once, carried to every department it needs.

Settings come from the environment (GATEWAY_CONFIG, GATEWAY_DATA, GATEWAY_PORT, …) over gateway.yaml.

Exit codes · 退出码: 0 done, yes · 1 the answer is no (not valid, not found, rejected, not verified) · 2 wrong command line ·
3 nothing was asked (no gateway, or a configuration or database that cannot be used) · 4 not decided in the time given.
"""
no_answer: Final = Sentence[object]("网关没有应答：{0}", "the gateway does not answer: {0}")
