"""Which characters a text may hold, decided for each kind, and what a character set lacks."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.texts.characters import CHARSETS, TextFault, code_point, first_lacking, is_clean, text_faults

F = TextFault


@pytest.mark.parametrize(
    ("text", "fault", "character"),
    [
        ("张\x00伟", F.CONTROL, "\x00"),
        ("张\x1b伟", F.CONTROL, "\x1b"),
        ("张\x7f伟", F.CONTROL, "\x7f"),
        ("张\x9f伟", F.CONTROL, "\x9f"),
        ("张\t伟", F.CONTROL, "\t"),
        ("张\n伟", F.LINE_BREAK, "\n"),
        ("张\x85伟", F.LINE_BREAK, "\x85"),
        ("张\u2028伟", F.LINE_BREAK, "\u2028"),
        ("张\u200b伟", F.INVISIBLE, "\u200b"),
        ("张\u200d伟", F.INVISIBLE, "\u200d"),
        ("\ufeff张伟", F.INVISIBLE, "\ufeff"),
        ("张\u00ad伟", F.INVISIBLE, "\u00ad"),
        ("张\u202e伟", F.INVISIBLE, "\u202e"),
        ("张\u2066伟", F.INVISIBLE, "\u2066"),
        ("张\u200f伟", F.INVISIBLE, "\u200f"),
        ("\u3164", F.INVISIBLE, "\u3164"),
        ("\u2800", F.INVISIBLE, "\u2800"),
        ("a\U000e0041", F.INVISIBLE, "\U000e0041"),
        ("a\U000e0100", F.INVISIBLE, "\U000e0100"),
        ("葛\U000e0100\U000e0101", F.INVISIBLE, "\U000e0101"),
        ("❤\ufe0f", F.INVISIBLE, "\ufe0f"),
        ("张\u00a0伟", F.SPACE, "\u00a0"),
        ("张\u2003伟", F.SPACE, "\u2003"),
        ("张\ue863", F.PRIVATE, "\ue863"),
        ("张\U000f0000", F.PRIVATE, "\U000f0000"),
        ("张\ufffd", F.LOST, "\ufffd"),
        ("张\ufdd0", F.NO_CHARACTER, "\ufdd0"),
        ("张\U0002ffff", F.NO_CHARACTER, "\U0002ffff"),
        ("张\ud800", F.NO_CHARACTER, "\ud800"),
        (" 张伟", F.EDGE, " "),
        ("张伟\u3000", F.EDGE, "\u3000"),
        (" ", F.BLANK, " "),
        ("\u3000\u3000", F.BLANK, "\u3000"),
        ("\u00a0\u2003", F.BLANK, "\u00a0"),
    ],
)
def test_each_kind_is_named_with_its_character(text: str, fault: TextFault, character: str) -> None:
    assert next(text_faults(text)) == (fault, character)
    assert not is_clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张伟",
        "欧阳 娜",
        "示例路1号\u30003单元",
        "阿依古丽·买买提",
        "葛\U000e0100",
        "\U00020bb7",
        "Zoë",
        "e\u0301",
        "\U0003347b",
        "a\u0378b",
    ],
    ids=ascii,
)
def test_what_names_and_addresses_are_written_with_is_taken(text: str) -> None:
    assert is_clean(text)
    assert list(text_faults(text)) == []


def test_a_free_text_has_lines_tabs_and_ends_and_nothing_else_more() -> None:
    assert list(text_faults(" 甲\r\n\t乙\n", free=True)) == []
    assert list(text_faults("甲\r乙\u2028丙\x0b", free=True)) == [(F.LINE_BREAK, "\r"), (F.LINE_BREAK, "\u2028"), (F.CONTROL, "\x0b")]
    assert list(text_faults("\n \u3000", free=True)) == [(F.BLANK, "\n")]


def test_each_character_is_told_once_and_no_more_than_five() -> None:
    assert list(text_faults("a\x00b\x00\x01c")) == [(F.CONTROL, "\x00"), (F.CONTROL, "\x01")]
    assert len(list(text_faults("".join(map(chr, range(0xE000, 0xF000)))))) == 5


def test_no_code_point_that_is_unseen_by_its_category_passes() -> None:
    """Arabic and Egyptian signs of the category Cf are seen; everything else of these categories is not, or is no character."""
    passing = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Co") and is_clean(f"a{character}b")
    ]
    names = {unicodedata.name(character).split()[0] for character in passing}
    assert names <= {"SPACE", "IDEOGRAPHIC", "ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


def test_the_short_way_is_right_for_every_code_point_but_ideographs() -> None:
    """Whatever version of Unicode this Python knows."""
    for point in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A4, 0x20000), *range(0xE0000, 0xE1000)):
        text = f"a{chr(point)}b"
        assert is_clean(text) == (not list(text_faults(text))), hex(point)


@given(st.text())
def test_clean_and_faults_agree(text: str) -> None:
    assert is_clean(text) == (not list(text_faults(text)))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_what_is_clean_can_be_written_in_xml(text: str) -> None:
    if is_clean(text):
        element = etree.Element("x")
        element.text = text
        assert (etree.fromstring(etree.tostring(element)).text or "") == text


def test_a_character_is_named_as_unicode_does() -> None:
    assert [code_point(one) for one in ("\t", "\u3000", "\U00020bb7")] == ["U+0009", "U+3000", "U+20BB7"]


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("张伟", (None, None, None)),
        ("王䶮", (1, 1, None)),
        ("㛃", (0, 0, None)),
        ("a\U00020bb7b", (1, 1, None)),
        ("阿依古丽·买买提", (None, None, None)),
        ("阿依古丽・买买提", (4, 4, None)),
        ("Zoe\u0308", (3, 3, None)),
        ("镕", (0, None, None)),
        ("镕䶮", (0, 1, None)),
        ("ascii", (None, None, None)),
    ],
)
def test_the_first_character_that_a_character_set_lacks(text: str, lacking: tuple[int | None, ...]) -> None:
    assert tuple(first_lacking(text, charset) for charset in CHARSETS) == lacking


@given(st.text(alphabet="张伟镕䶮·・a\u0301"))
def test_what_comes_before_is_not_lacking(text: str) -> None:
    for charset in CHARSETS:
        position = first_lacking(text, charset)
        assert first_lacking(text[:position], charset) is None
        if position is not None:
            assert first_lacking(text[position], charset) == 0
