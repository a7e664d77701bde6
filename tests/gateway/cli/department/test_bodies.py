"""Bodies: their structure is seen, whatever they are, and nothing else."""

from __future__ import annotations

import orjson
import pytest

from gateway.cli.department.bodies import body_lines
from gateway.cli.department.veil import Veil
from gateway.sdk.http.request_bodies import File, multipart
from gateway.sdk.http.request_bodies import form as form_body

VEIL = Veil({"name": "张伟"}, ["s3cret"])


def test_json_by_its_structure() -> None:
    body = orjson.dumps({"code": "00", "data": {"list": [{"xm": "张伟", "more": None, "n": 5}], "empty": []}})
    assert orjson.loads("\n".join(body_lines(body, None, VEIL))) == {
        "code": "00",
        "data": {"list": [{"xm": "‹name›", "more": None, "n": "‹number›"}], "empty": []},
    }


def test_xml_by_its_structure_in_its_encoding() -> None:
    body = '<?xml version="1.0" encoding="GBK"?><r xmlns="urn:x" code="7"><xm>张伟</xm><!-- 王五 --><e/>tail<v id="王五">x</v></r>'.encode(
        "gbk"
    )
    assert body_lines(body, "gbk", VEIL) == [
        '<r code="7">',
        "  ‹text 4›",
        "  <xm>‹name›</xm>",
        "  <e/>",
        '  <v id="‹text 2›">‹text 1›</v>',
        "</r>",
    ]


def test_a_form_and_a_multipart_by_their_fields_without_what_is_in_a_file() -> None:
    form = form_body({"xm": "张伟", "code": "00", "李四": "x"})
    assert orjson.loads("\n".join(body_lines(form.content, None, VEIL, form.content_type))) == {
        "xm": ["‹name›"],
        "code": ["00"],
        "‹name 3›": ["‹text 1›"],
    }
    parts = multipart({"xm": "张伟", "scan": File(name="张伟.png", content=b"\xff"), "data": {"xm": "张伟"}}, key="k")
    assert orjson.loads("\n".join(body_lines(parts.content, None, VEIL, parts.content_type))) == {
        "xm": ["‹name›"],
        "scan": ["‹1 bytes›"],
        "data": [{"xm": "‹name›"}],
    }
    said = "‹6 bytes: not the application/x-www-form-urlencoded that they are said to be›"
    assert body_lines("张伟".encode(), None, VEIL, form.content_type) == [said]


@pytest.mark.parametrize("text", ['{"xm": "张伟"}', "<r><xm>张伟</xm></r>"])
def test_a_document_within_a_text(text: str) -> None:
    for outer in (orjson.dumps({"doc": text}), f"<o><doc><![CDATA[{text}]]></doc></o>".encode()):
        lines = "\n".join(body_lines(outer, None, VEIL))
        assert "xm" in lines
        assert "‹name›" in lines


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", []),
        (b"  \n", []),
        (b"zhangwei", ["‹8 bytes›"]),
        (b'{"a": ', ["‹6 bytes: no JSON, though they begin like it›"]),
        (b"<r><xm>", ["‹7 bytes: reply_xml›"]),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><r>&a;</r>', ["‹40 bytes: reply_dtd›"]),
        ("<r>张</r>".encode("gbk"), ["‹9 bytes: reply_charset›"]),
    ],
)
def test_what_cannot_be_read_is_only_counted(body: bytes, said: list[str]) -> None:
    assert body_lines(body, None, VEIL) == said


def test_what_is_nested_too_deep_is_only_said_to_be_there() -> None:
    depth = 200
    for body in (b"[" * depth + b'"x"' + b"]" * depth, b"<r>" * depth + b"x" + b"</r>" * depth):
        lines = "\n".join(body_lines(body, None, VEIL))
        assert "‹deeper›" in lines


def test_names_that_are_none_stay_apart() -> None:
    lines = "\n".join(body_lines(orjson.dumps({"张伟": 1, "王五": 2}), None, VEIL))
    assert orjson.loads(lines) == {"‹name 1›": "‹number›", "‹name 2›": "‹number›"}
