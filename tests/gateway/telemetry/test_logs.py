"""Logs: what a line holds, what it never holds, and that no sink ever stops the gateway."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from gateway.telemetry.events import CALL
from gateway.telemetry.logs import Sink, configure_logs, mask
from tests.patience import run

ID_NUMBER = "500152199001010018"


class Lines:
    """A stream that keeps what is written; :meth:`read` gives it once the sink has written everything."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.sink: Sink | None = None

    def configure(self, form: str = "json", level: str = "info") -> None:
        assert form in ("json", "console", "auto")
        self.sink = configure_logs(form, level, stream=self.stream)  # type: ignore[arg-type]  # mypy does not narrow to the literals

    def text(self) -> str:
        assert self.sink is not None
        self.sink.close()
        return self.stream.getvalue()

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Logs of this test alone; what was set before is set again afterwards."""
    root = logging.getLogger()
    handlers, level, zeep = root.handlers[:], root.level, logging.getLogger("zeep").level
    yield Lines()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("zeep").setLevel(zeep)
    structlog.reset_defaults()


def test_a_line_of_a_case(lines: Lines) -> None:
    lines.configure()
    structlog.get_logger().warning("attempt_ended", application="a-1", delivery="d-1", department="tax", attempt=2, trace_id="c" * 32)
    (line,) = lines.read()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "severity_text": "WARN",
        "service.name": "onestop-gateway",
        "event": "attempt_ended",
        "application": "a-1",
        "delivery": "d-1",
        "department": "tax",
        "attempt": 2,
        "trace_id": "c" * 32,
    }


def test_a_field_that_is_not_in_the_table_never_reaches_a_line(lines: Lines) -> None:
    lines.configure()
    structlog.get_logger().info("attempt_ended", request={"name": "张三"}, name="张三", body="<x/>", department="tax")
    (line,) = lines.read()
    assert set(line) == {"timestamp", "severity_text", "service.name", "event", "department"}


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_looks_personal_is_masked(lines: Lines, form: str) -> None:
    lines.configure(form)
    structlog.get_logger().info("attempt_ended", detail=f"号码{ID_NUMBER}有误, 13800138000, 999999199001010016", department="tax")
    text = lines.text()
    assert not re.search(r"\d{11}", text.replace("-", "").partition("detail")[2])
    assert "***" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"id {ID_NUMBER}.", "id ***."),
        ("50015219900101001X", "***"),
        ("mobile 13800138000", "mobile ***"),
        ("http_502 after 10 s", "http_502 after 10 s"),
        ("0198e3a1-7d4b-7c12-9a44-5f0e6d2b1a77", "0198e3a1-7d4b-7c12-9a44-5f0e6d2b1a77"),
    ],
)
def test_mask(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_no_form_of_a_value_carries_an_id_number(lines: Lines) -> None:
    lines.configure()
    log = structlog.get_logger()
    wide = "".join(chr(ord("０") + int(digit)) for digit in ID_NUMBER)
    forms = [int(ID_NUMBER), [ID_NUMBER], {ID_NUMBER: {"x": (ID_NUMBER,)}}, ValueError(ID_NUMBER), wide, ID_NUMBER.encode()]
    for value in (*forms, f"id{ID_NUMBER}", f"id-{ID_NUMBER}", f"{ID_NUMBER}X"):
        log.info("attempt_ended", detail=value, problem=value)
    told = f"about {ID_NUMBER}"
    log.info(told)
    text = lines.text()
    assert ID_NUMBER not in text
    assert wide not in text
    assert len(text.splitlines()) == 10


def test_lists_and_objects_are_json_with_each_part_masked(lines: Lines) -> None:
    lines.configure()
    found = {
        "added": {},
        "changed": {"tax": "ab12"},
        "removed": [ID_NUMBER, 3, None, True],
        ID_NUMBER: (ValueError(ID_NUMBER), int(ID_NUMBER)),
    }
    structlog.get_logger().warning("configuration_reloaded", departments=found, restart_needed=[])
    (line,) = lines.read()
    assert line["departments"] == {"added": {}, "changed": {"tax": "ab12"}, "removed": ["***", 3, None, True], "***": ["***", "***"]}
    assert line["restart_needed"] == []


def test_our_own_identifiers_are_never_masked(lines: Lines) -> None:
    lines.configure()
    number = "11500152000000019R4000120010001" + "20261123" + "00001"
    ours = {"application": "01234567-8901-7234-8567-012345678901", "number": number, "trace_id": "1" * 32, "request_id": "2" * 32}
    structlog.get_logger().info("application_accepted", **ours)
    assert ours.items() <= lines.read()[0].items()


@pytest.mark.parametrize("value", ["\ud800", 2**70, float("nan"), {1: 2}, object(), b"\xff", {"x"}])
def test_no_value_makes_a_log_call_fail(lines: Lines, value: object) -> None:
    lines.configure()
    structlog.get_logger().info("attempt_ended", detail=value, department="tax")
    assert lines.read()[0]["department"] == "tax"


def test_an_exception_is_told_by_type_and_place_never_by_its_text(lines: Lines) -> None:
    lines.configure()
    try:
        int(f"{ID_NUMBER} of 张三")
    except ValueError as error:
        structlog.get_logger().exception("claim_failed", error=type(error).__name__)
    (line,) = lines.read()
    assert line["severity_text"] == "ERROR"
    assert "ValueError at test_logs.py:" in line["exception"]
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_which_delivery_a_call_is_for_is_on_every_line_that_is_said_during_it(lines: Lines) -> None:
    lines.configure()
    token = CALL.set({"application": "a-1", "department": "tax"})
    try:
        structlog.get_logger().info("attempt_ended", department="marriage")
    finally:
        CALL.reset(token)
    structlog.get_logger().info("attempt_ended")
    during, after = lines.read()
    assert (during["application"], during["department"]) == ("a-1", "marriage")  # what the line itself says stands
    assert "application" not in after


def test_the_level_is_held(lines: Lines) -> None:
    lines.configure(level="warning")
    structlog.get_logger().info("attempt_ended", department="tax")
    structlog.get_logger().warning("department_down", department="tax")
    assert [line["event"] for line in lines.read()] == ["department_down"]


def test_auto_is_json_where_nobody_looks(lines: Lines) -> None:
    lines.configure("auto")
    structlog.get_logger().info("gateway_stopped")
    assert lines.read()[0]["event"] == "gateway_stopped"


def test_the_console_is_for_people(lines: Lines) -> None:
    lines.configure("console")
    structlog.get_logger().info("department_down", department="tax")
    text = lines.text()
    assert "department_down" in text
    assert not text.startswith("{")


def test_libraries_speak_through_the_same_border(lines: Lines) -> None:
    lines.configure()
    logging.getLogger("aiohttp.server").error("Unhandled %s", ID_NUMBER)
    logging.getLogger("sqlalchemy.engine").info("INSERT INTO payload %s", ID_NUMBER)
    logging.getLogger("asyncio").warning("slow callback")
    found = lines.read()
    assert [(line["logger"], line["severity_text"]) for line in found] == [("aiohttp.server", "ERROR"), ("asyncio", "WARN")]
    assert ID_NUMBER not in json.dumps(found)


def test_zeep_never_says_a_body(lines: Lines) -> None:
    lines.configure()
    for name in ("zeep", "zeep.transports", "zeep.wsdl.bindings.soap", "zeep.xsd.valueobjects"):
        logging.getLogger(name).debug("HTTP Post to %s:\n%s", "x", f"<name>张三</name>{ID_NUMBER}")
        logging.getLogger(name).error("cannot read %s", "张三")
    assert lines.read() == []


def test_lines_reach_the_sink_in_order_and_all_of_them(lines: Lines) -> None:
    lines.configure()
    for attempt in range(2000):
        structlog.get_logger().info("attempt_ended", attempt=attempt)
    assert [line["attempt"] for line in lines.read()] == list(range(2000))


def test_what_was_lost_is_told_to_whoever_counts(lines: Lines) -> None:
    lines.configure()
    assert lines.sink is not None
    lost: list[None] = []
    lines.sink.tell(lambda: lost.append(None))
    lines.stream.close()
    structlog.get_logger().info("attempt_ended")
    lines.sink.close()
    assert len(lost) == 1


_BLOCKED = """
import sys, structlog
from gateway.telemetry.logs import configure_logs
dropped = [0]
def drop() -> None: dropped[0] += 1
sink = configure_logs("json", "info", dropped=drop)
log = structlog.get_logger()
for attempt in range(15_000):
    log.info("attempt_ended", attempt=attempt, department="tax", application="a" * 36)
sink.close(0.2)
print(dropped[0], file=sys.stderr)
"""


def test_a_sink_that_nobody_reads_costs_lines_and_nothing_else() -> None:
    reader, writer = os.pipe()
    try:
        ended = run([sys.executable, "-c", _BLOCKED], stdout=writer)
    finally:
        os.close(reader)
        os.close(writer)
    # It ended, and ended well: the blocked thread holds nothing that the interpreter waits for.
    # Nobody ever reads, so that a line that waited would have waited for ever.
    assert 1000 < int(ended.stderr) < 15_000


def test_a_sink_that_is_full_costs_lines_and_nothing_else() -> None:
    full = open("/dev/full", "w", encoding="utf-8")  # noqa: PTH123, SIM115  # a device, which refuses to be closed too
    count = [0]

    def drop() -> None:
        count[0] += 1

    sink = Sink(full, drop)
    for _ in range(3):
        sink.msg("x" * 100_000)
    sink.close()
    with contextlib.suppress(OSError):
        full.close()
    assert count[0] >= 1


def test_a_line_costs_the_loop_little(lines: Lines) -> None:
    lines.configure()
    log = structlog.get_logger()
    log.info("attempt_ended")
    calls = min(_calls(log.info) for _ in range(3))
    # Counted, not timed: what a machine does meanwhile changes nothing. 75 were counted (12 µs); half as much again is wrong.
    assert calls < 110


def _calls(info: Callable[..., Any]) -> int:
    """The calls, of Python's and of C's functions, that one line makes in this thread."""
    made = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        info("attempt_ended", application="a" * 36, delivery="d" * 36, department="tax", attempt=1, result="approved", seconds=0.01)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("beside", ["", "号", "，", "_", "a", "Ａ", " "])
def test_a_number_is_masked_whatever_stands_beside_it(beside: str) -> None:
    for number in (ID_NUMBER, "11010119900307453X", "13800138000", "6222021234567890123"):
        assert mask(f"{beside}{number}{beside}") == f"{beside}***{beside}"
