"""The command speaks the language of whoever is at the terminal."""

from __future__ import annotations

from importlib import import_module
from string import Formatter

import pytest

from gateway.cli.terminal.words import _STATES, BothAtOnce, Sentence, headings, say, state_word
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


def test_a_sentence_is_filled_in_the_language_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = Sentence[str, int]("{0} 有 {1} 件", "{1:,} of {0}")
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh-CN")
    assert sentence("tax", 1200) == "tax 有 1200 件"
    assert [str(one) for one in headings("部门 department · 说明 problem or outcome")] == ["部门", "说明"]
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    assert sentence("tax", 1200) == "1,200 of tax"
    assert [str(one) for one in headings("部门 department · 说明 problem or outcome")] == ["department", "problem or outcome"]


@pytest.mark.parametrize("room", ["", ".cases", ".department", ".operating", ".running", ".terminal"])
def test_every_sentence_of_a_room_numbers_its_places_from_0_on(room: str) -> None:
    for name, said in vars(import_module(f"gateway.cli{room}.texts")).items():
        if isinstance(said, Sentence | BothAtOnce):
            both = said.zh + said.en if isinstance(said, Sentence) else said.text + said.then
            places = {place for _, place, _, _ in Formatter().parse(both) if place is not None}
            assert places == {str(number) for number in range(max(1, len(places)))}, name
