"""Texts are read in the encoding that is said, and in no other that might be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sdk.http.charsets import decoded, is_utf8


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        (b"a", None, "a"),
        ("\ufeff张".encode(), "UTF-8", "张"),
        ("张".encode(), "us-ascii", "张"),
        ("张".encode("utf-16"), "utf-16", "张"),
        ("a".encode("utf-16-le"), "utf-16le", "a"),
        ("联通".encode("gbk"), "gb2312", "联通"),
        ("张".encode("gbk"), None, None),
        ("张三".encode(), "gbk", None),
        (b"a", "windows-1252", "a"),
        (b"\xe9", "windows-1252", None),
        (b"a", "utf-7", None),
        (b"a", "no-such", None),
    ],
)
def test_the_encoding_that_is_said_or_none(body: bytes, charset: str | None, text: str | None) -> None:
    assert decoded(body, charset) == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_chinese_is_never_read_in_another_encoding_than_its_own(text: str) -> None:
    assert decoded(text.encode(), "utf-8") == text
    assert decoded(text.encode(), "gbk") is None
    assert decoded(text.encode("gb18030"), "gb18030") == (None if is_utf8(text.encode("gb18030")) else text)
    assert decoded(text.encode("gb18030"), "utf-8") != text
