"""The rule for Chinese texts: between Chinese characters stands Chinese punctuation, full width and without a space after it.

An ASCII comma, colon, semicolon, exclamation or question mark is wrong between two Chinese characters, and in a text that is mostly Chinese
beside one; a pair of parentheses is wrong after one. What is code within a text (a call, an address, an option) stays as it is written, and
so does a year in the number of a document, as contracts have it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
FULL = "，；：！？（）"
_WIDE = str.maketrans(",;:!?()", FULL)
#: What a value is put in place of.
_VALUE = "\ufffc"
#: After which a text goes on in Chinese.
_CHINESE = re.compile(rf"[{HAN}，。；：！？、）”》」]")
_HAN = re.compile(rf"[{HAN}]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_PLACEHOLDER = re.compile(r"(?<!\{)\{[^{}]*\}(?!\})")
_PAIR = re.compile(r"\((?!\)|\d{4}\))[^()\n]*\)")


class Wrong(NamedTuple):
    """A place in a file where the punctuation is not Chinese."""

    line: int
    text: str


def mended(text: str) -> str:
    """A text with Chinese punctuation; one without Chinese is given as it is. ``{…}`` stands for a value."""
    if not _HAN.search(text):
        return text
    values: list[str] = []

    def keep(found: re.Match[str]) -> str:
        values.append(found[0])
        return _VALUE

    plain = _PLACEHOLDER.sub(keep, text)
    chinese = len(_HAN.findall(plain)) >= len(_WORD.findall(plain))
    made = list(plain)
    for pair in _PAIR.finditer(plain):
        before, after, inner = plain[: pair.start()], plain[pair.end() :], plain[pair.start() + 1 : pair.end() - 1]
        follows = _is(before[-1:]) or (before[-1:] == _VALUE and bool(inner) and bool(_HAN.search(before)))
        goes_on = _is(inner[:1]) if before[-1:].isalnum() else _is(after[:1])  # after a word it may be a call
        if (follows and _is(after[:1])) or (chinese and (follows or goes_on)):
            made[pair.start()], made[pair.end() - 1] = "（", "）"
    for place, character in enumerate(plain):
        if character in ",;:!?":
            before, after = "".join(made[:place])[-1:], plain[place + 1 :]
            goes_on = _is(after.lstrip(" ")[:1])
            listed = character in ",;" and after.lstrip(" ")[:1] == _VALUE
            if (_is(before) and goes_on) or (chinese and (_is(before) or _is(after[:1]) or (before == _VALUE and (goes_on or listed)))):
                made[place] = character.translate(_WIDE)
    mended_text = "".join(made)
    if mended_text != plain:
        mended_text = re.sub(rf"(?<=[{FULL}]) (?=[{HAN}{_VALUE}A-Za-z0-9（“])", "", mended_text)
    return re.sub(_VALUE, lambda _: values.pop(0), mended_text)


def _is(character: str) -> bool:
    return bool(_CHINESE.match(character))


def python_texts(source: str) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Every literal of a module that is a text, but for regular expressions."""
    tree = ast.parse(source)
    patterns = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        for one in node.args[:1]
        for part in ast.walk(one)
    }
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    lines = source.splitlines()
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr | ast.Constant) or (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
            continue
        raw = re.match(r"[fF]?[rR]", lines[node.lineno - 1].encode()[node.col_offset :].decode())
        if not raw and id(node) not in patterns and id(node) not in inner:
            yield node


def mend_python(source: str) -> str:
    """A module whose texts have Chinese punctuation."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    data = b"".join(lines)
    spans = {
        (starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0))
        for node in python_texts(source)
    }
    for start, end in sorted(spans, reverse=True):
        data = data[:start] + mended(data[start:end].decode()).encode() + data[end:]
    return data.decode()


def mend_plain(source: str) -> str:
    """Another file whose lines have Chinese punctuation; what a line of JSON calls its value by is not a text of ours."""
    parts = (line.rpartition('": ') for line in source.splitlines(keepends=True))
    return "".join(name + between + mended(text) for name, between, text in parts)


def mend(path: Path, source: str) -> str:
    """A file as it ought to be."""
    return mend_python(source) if path.suffix == ".py" else mend_plain(source)


def wrong(path: Path) -> list[Wrong]:
    """Every line of a file that is not as it ought to be."""
    source = path.read_text(encoding="utf-8")
    now = mend(path, source)
    if now == source:
        return []
    return [
        Wrong(number, line.strip())
        for number, (line, right) in enumerate(zip(source.splitlines(), now.splitlines(), strict=True), 1)
        if line != right
    ]


def files(root: Path) -> Iterator[Path]:
    """Files of the gateway and its plugins that hold texts for people."""
    for pattern in (
        "gateway/**/*.py",
        "plugins/*/*.py",
        "gateway/api/translations/*.json",
        "gateway/api/document/static/words.js",
        "gateway/scaffold/**/*.jinja",
        "gateway/sdk/**/*.yaml",
    ):
        yield from sorted(root.glob(pattern))
