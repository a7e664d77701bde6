"""Sentences for people that stand among code instead of in a ``texts.py``. Each has its Chinese beside it, by which it is found."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache

from docs.shape.sources import Found, House, Source, counted

_CHINESE = re.compile(r"[\u3400-\u9fff]")
#: Help of a command says both: ``Show a job · 查看任务.``
_BOTH = re.compile(r" · .*[\u3400-\u9fff]")
#: Where texts are at home: the room of those that all share, and tables with a text beside each code.
_ROOM = "texts"
_HOMES = frozenset({"texts.py", "code_names.py", "events.py", "measures.py"})
#: Files whose Chinese is data.
_DATA_FILES: Mapping[str, str] = {
    "characters.py": "the ranges of the ideographs",
    "identifiers.py": "compound surnames",
    "masked_text.py": "answers and dates as documents write them, looked for to be masked",
    "said.py": "words by which a department's message is known, looked for in its replies",
    "patterns.py": "characters for a pattern of a contract",
    "sample_scalars.py": "made-up people",
    "bad_replies.py": "the page of a made-up proxy",
    "misbehave.py": "the page of a made-up proxy",
    "varied.py": "made-up people",
    "sent.py": "a date as departments write it",
}
#: Names whose value is data.
_DATA_NAMES: Mapping[str, str] = {
    "_APPLICANT": "a made-up person",
    "_OTHERS": "made-up people",
    "_PEOPLE": "made-up people",
    "_SAID": "words by which a server's message is known, looked for in it",
    "_STRANGERS": "made-up people",
    "_LONG": "a long text that an adapter has to carry",
    "body_examples": "an example of what a caller sends",
    "examples": "an example of a value",
}


def texts_in_code(house: House) -> Found:
    """Find the lines with a literal that people are shown, outside the homes of texts. Comments and docstrings for developers are free."""
    places = [
        f"{source.path}:{line}  {source.lines[line - 1].strip()}" for source in house.sources for line in sorted(_lines(source, house))
    ]
    return counted(places, f"in {len({place.partition(':')[0] for place in places})} files")


def shown(docstring: str, house: House) -> bool:
    """Tell a docstring that people are shown: a command's help, or a sentence of the OpenAPI document."""
    return bool(_BOTH.search(docstring)) or " ".join(docstring.split()) in _translated(house)


def _lines(source: Source, house: House) -> set[int]:
    if source.path.name in _HOMES | _DATA_FILES.keys() or _ROOM in source.path.parent.parts:
        return set()
    documenting = {node for node, text in source.docstrings() if not shown(text, house)}
    return {
        line
        for node in _literals(source.tree)
        if node not in documenting and " ".join(str(node.value).split()) not in _translated(house)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if _CHINESE.search(source.lines[line - 1])
    }


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Give the Chinese literals of a syntax tree that are no data."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CHINESE.search(node.value):
        yield node
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = {target.id for target in targets if isinstance(target, ast.Name)} | ({node.arg} if isinstance(node, ast.keyword) else set())
    if not names & _DATA_NAMES.keys():
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


@cache
def _translated(house: House) -> frozenset[str]:
    """Read the English sentences of the OpenAPI document, whose home is the file with their Chinese."""
    files = house.folder.rglob("translations/*.json")
    return frozenset(" ".join(sentence.split()) for file in files for sentence in json.loads(file.read_text(encoding="utf-8")))
