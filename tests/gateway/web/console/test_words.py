"""Words of codes: each state, result and failure has them, and what nobody knows is at least shown."""

from __future__ import annotations

import re

import pytest

from gateway.model import code_names
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.model.service import Text
from gateway.operations import texts as refused
from gateway.operations.explain import texts as explained
from gateway.texts.sentences import TextOf
from gateway.web.console import texts
from gateway.web.console.words import (
    CASE_SHAPES,
    SHAPES,
    delivery_tag,
    failure,
    for_pages,
    meaning,
    number_groups,
    plain,
    result,
    short_number,
    word,
)
from tests.faults.installation import ROOT


def test_every_state_has_a_shape_and_words() -> None:
    assert set(SHAPES) == set(DeliveryState)
    assert set(CASE_SHAPES) == set(ApplicationState)
    assert all(delivery_tag(state).text.zh for state in DeliveryState)
    colours = set(re.findall(r"\.(\w+)(?=[,{][^}]*color:var)", css := (ROOT / "gateway/web/static/app.css").read_text("utf-8")))
    shapes = {*SHAPES.values(), *CASE_SHAPES.values()}
    assert shapes <= colours
    assert not re.search(rf"[}},\n]\.({'|'.join(sorted(shapes))})(:\w+)?{{[^}}]*position:", css)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("approved", "approved"),
        ("callback_rejected", "called back: rejected"),
        ("found_accepted", "found by asking: the department has it and decides later"),
        ("resolved_returned", "found out by a person: returned to be corrected"),
        ("absent", "the department does not know it"),
        ("http_503", "the department answered with that HTTP status (http_503)"),
        ("connection_lost", "the connection ended without a reply (connection_lost)"),
        ("an_adapters_own", "an_adapters_own"),
        ("found_nothing", "found_nothing"),
    ],
)
def test_what_came_of_a_call(code: str, said: str) -> None:
    assert result(code).en == said


def test_sentences_of_the_api_name_no_command_on_pages() -> None:
    said = [
        (one.zh, one.en) if isinstance(one, Text) else (one._zh, one._en)
        for one in vars(explained).values()
        if isinstance(one, (Text, TextOf))
    ]
    said += [(one.zh, one.en) for one in vars(refused).values() if isinstance(one, Text)]
    pages = [for_pages(Text(zh=zh, en=en)) for zh, en in said]
    assert sum(one.zh != zh or one.en != en for one, (zh, en) in zip(pages, said, strict=True)) > 8
    named = re.compile(r"\b(resolve|unresolve|retry|revisions|resume|gateway show)\b", re.ASCII)
    assert [one for one in pages if named.search(one.zh) or named.search(one.en)] == []


def test_a_failure_keeps_its_code() -> None:
    assert all(failure(code).zh.endswith(f"（{code}）") for code in code_names.FAILURES if "…" not in code)
    assert meaning("an_adapters_own") is None
    assert word(code_names.ACTS, "unheard").en == "unheard"
    assert set(texts.RESULTS).isdisjoint(code_names.FAILURES)


def test_a_number_in_its_parts() -> None:
    number = "11500152000000019R4000111001001202611300012"
    assert "".join(number_groups(number)) == number
    assert number_groups(number)[2:] == ["20261130", "0012"]
    assert short_number(number) == "…1130-0012"


def test_a_programs_exception_is_said_in_words_or_left_out() -> None:
    assert plain("the connection ended without a reply (ServerDisconnectedError)").zh == "连接被对方断开"
    assert plain("ClientOSError").en == "the connection broke off"
    assert plain("it cannot be sent (ZeroDivisionError)").zh == "it cannot be sent"
    assert plain("no whole reply within the deadline").en == "no whole reply within the deadline"
    assert plain("Error 17 of the department <b>").zh == "Error 17 of the department <b>"
