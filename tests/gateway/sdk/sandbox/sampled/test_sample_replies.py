"""Replies kept as files, with places that are filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.sdk.sandbox import SampleReplies


@pytest.fixture
def replies(tmp_path: Path) -> SampleReplies:
    (tmp_path / "file").mkdir()
    (tmp_path / "file/reply.json").write_text('{"status": 201, "headers": {"X": "{{key}}"}, "body": {"n": ["{{reference}}"], "more": 1}}')
    (tmp_path / "file/rejected.xml").write_text("\n<a>{{code:E1}}: {{reason}}</a>\n")
    (tmp_path / "ask").mkdir()
    (tmp_path / "ask/reply.json").write_text('{"body": 7, "Status": 200}')
    return SampleReplies(tmp_path)


def test_json_is_filled_in(replies: SampleReplies) -> None:
    said = replies.json("file", "reply", {"key": "k", "reference": 'a"b'})
    assert (said.status, said.headers, said.body) == (201, {"X": "k"}, {"n": ['a"b'], "more": 1})


def test_xml_is_filled_in_and_stays_xml(replies: SampleReplies) -> None:
    assert replies.xml("file", "rejected", {"reason": "a < b"}) == "<a>E1: a &lt; b</a>"
    assert replies.xml("file", "rejected", {"code": "7"}) == "<a>7: </a>"


@pytest.mark.parametrize(
    ("kind", "reference", "is_text"),
    [("application/xml", "a &lt; b", True), ("text/plain", "a < b", True), ("application/json", "a < b", False)],
)
def test_a_text_under_a_type_of_its_own_is_filled_in_as_that_type_takes_it(
    tmp_path: Path, kind: str, reference: str, *, is_text: bool
) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file/reply.json").write_text(
        f'{{"headers": {{"content-type": "{kind}; charset=utf-8"}}, "body": "<n>{{{{reference}}}}</n>"}}'
    )
    said = SampleReplies(tmp_path).json("file", "reply", {"reference": "a < b"})
    assert (said.body, said.is_text) == (f"<n>{reference}</n>", is_text)


def test_what_nobody_wrote_is_not_there(replies: SampleReplies) -> None:
    assert replies.has("file", "rejected")
    assert not replies.has("file", "returned")
    with pytest.raises(FileNotFoundError):
        replies.json("file", "returned", {})


def test_a_file_of_another_shape_is_named(replies: SampleReplies) -> None:
    with pytest.raises(ValueError, match=r"ask/reply\.json"):
        replies.json("ask", "reply", {})
