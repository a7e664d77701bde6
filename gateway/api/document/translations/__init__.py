"""The document's sentences in Chinese: ``zh.json``, by the English sentence as it stands in the code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from gateway.texts.refusals import Language

_CHINESE: Final = Path(__file__).parent / "zh.json"


@cache
def chinese() -> Mapping[str, str]:
    """Give the Chinese sentence by the English one."""
    return dict(orjson.loads(_CHINESE.read_bytes()))


def translated(text: str, language: Language) -> str:
    """Give the sentence in that language, where a test holds that none is missing."""
    return text if language == "en" else chinese().get(text, text)


def translated_schema(node: object, language: Language) -> Any:  # noqa: ANN401  # any part of a JSON Schema
    """Give the schema with its descriptions in that language.

    Titles stay on objects and enumerations alone, since any other names nothing. A default is told in words: generators take a member
    that has one for always there, in answers too, and ask for it in requests.
    """
    if isinstance(node, list):
        return [translated_schema(child, language) for child in node]
    if not isinstance(node, Mapping):
        return node
    made = {key: translated_schema(child, language) for key, child in node.items()}
    if isinstance(made.get("description"), str):
        made["description"] = translated(" ".join(made["description"].split()), language)
    if "default" in made and not isinstance(made["default"], dict):
        left_out = made.pop("default")
        if left_out or left_out is False:
            told = translated("Unless given: `{}`.", language).format(orjson.dumps(left_out).decode())
            made["description"] = " ".join([*filter(None, [made.get("description")]), told])
    if isinstance(made.get("title"), str) and not ("properties" in made or "enum" in made):
        del made["title"]
    return made
