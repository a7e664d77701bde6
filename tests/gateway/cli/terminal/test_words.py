"""The command speaks the language of whoever is at the terminal."""

from __future__ import annotations

import pytest

from gateway.cli.terminal.words import _STATES, say, state_word
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.operations.watch.presence import NodeState

VARIABLES = ("GATEWAY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "yes"),
        ({"LANG": "zh_CN.UTF-8"}, "是"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "yes"),
        ({"LANG": "C", "LC_MESSAGES": "zh_CN"}, "是"),
        ({"LC_ALL": "zh_CN", "GATEWAY_LANGUAGE": "en"}, "yes"),
        ({"GATEWAY_LANGUAGE": "zh-CN"}, "是"),
    ],
)
def test_the_language(given: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    assert say("是", "yes") == word


#: Of a job: what the journal's table says (``schema.job``).
JOB_STATES = ("running", "stopped", "ended")


def test_every_state_has_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    states = {*DeliveryState, *ApplicationState, *JOB_STATES, *NodeState}
    assert {str(state) for state in states} == set(_STATES)
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh-CN")
    assert not any(state_word(state).isascii() for state in states)
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    assert state_word("in_doubt") == "in doubt"
