"""In words: why a case stands where it stands, and what happens next."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.gateway.cli.cases.test_deliveries import fault_at
from tests.gateway.cli.cases.test_jobs import held
from tests.gateway.cli.conftest import SAMPLES, Command, Running, until

__all__ = ["held"]  # the fixture


def test_the_case_first_then_each_open_delivery(running: Running, held: dict[str, Any], command: Command) -> None:  # the fixture
    said = command("why", held["application_id"])
    assert said.code == 0
    paragraphs = said.out.strip().split("\n\n")
    assert len(paragraphs) == 6
    assert "is in progress; 0 of its 5 steps are over. A person has to look at it." in paragraphs[0]
    assert "Step marriage (marriage, held" in paragraphs[1]
    assert "send it again (retry)" in paragraphs[1]
    assert all("A person has to look at the step before" in other for other in paragraphs[2:])
    alone = command("why", held["id"]).out.strip().split("\n\n")
    assert alone == paragraphs[:2]
    whole: Any = command("why", held["application_id"], "--json").json
    assert (len(whole["deliveries"]), whole["application"]["id"]) == (5, held["application_id"])
    number = whole["application"]["number"]
    assert command("why", number).out == said.out
    assert command("retry", held["id"]).code == 0
    until(command, held["id"], "approved")  # or it would meet the next test's fault


def test_a_fault_in_chinese_is_shown_in_the_departments_own_words_without_the_applicants(running: Running, command: Command) -> None:
    name = orjson.loads((SAMPLES / "newlywed.sample.json").read_bytes())["applicant"]["name"]
    fault_at(running, "marriage", fault="soap_fault", code="Client", times=1, operation="register", reason=f"申请人 {name} 的证件已注销")
    application: Any = command("submit", SAMPLES / "newlywed.sample.json", "--json").json
    delivery = until(command, application["deliveries"][0]["id"], "held")
    for arguments in (("why", application["id"]), ("show", delivery["id"])):
        said = command(*arguments).out
        assert "的证件已注销" in said
        assert name not in said
    assert delivery["attempts_made"][-1]["detail"] == "Client"
    assert command("retry", delivery["id"]).code == 0
    until(command, delivery["id"], "approved")
    assert "的证件已注销" not in command("why", delivery["id"]).out  # it contradicts what it came to


def test_what_has_ended_needs_no_more_words(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    application: Any = command("submit", SAMPLES / "housing-holdings.sample.json", "--wait", "--json").json
    said = command("why", application["id"]).out
    assert "approved. Nothing more happens to it." in said
    assert "\n\n" not in said
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "办结：通过" in command("why", application["id"]).out
    assert command("why", "none").code == 1
