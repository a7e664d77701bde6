"""Samples kept as files beside a sandbox that answers from them, and the tests that must wait until some of them are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from gateway.sdk.conformance.sample import Sample, could_be_personal, texts_in
from gateway.sdk.department import Department
from gateway.sdk.sandbox import SampleReplies

#: The tests that need a certain answer, each with the file that holds it.
_NEEDS = {"rejection_is_an_outcome": "rejected", "return_names_our_fields": "returned"}


def samples_in(
    folder: Path,
    adapter: type[Department],
    *,
    addressed: Mapping[str, Collection[str]] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Sample]:
    """Read a sample of each operation from ``<folder>/<operation>/request.json`` and, about other people, ``other.json``.

    ``addressed`` names, by operation, fields that the department's contract puts into the address or a header. They are taken for no
    personal data, and the adapter's author must see to that. ``more`` gives, by operation, the other attributes of a :class:`Sample`
    (``unlisted_code``, ``returned_fields`` …). Raises FileNotFoundError or ``orjson.JSONDecodeError``.
    """
    return {name: replace(sample, **(more or {}).get(name, {})) for name, sample in _samples(folder, adapter, addressed or {})}


def unwritten(folder: Path, adapter: type[Department]) -> dict[str, str]:
    """Give the tests to skip (:attr:`Subject.skips`) because nobody has written yet how the department refuses or sends back."""
    replies = SampleReplies(folder)
    return {
        f"{test}[{operation.name}]": f"todo: write {folder.name}/{operation.name}/{answer}.json (or .xml) as the department answers"
        for operation in adapter.operations
        for test, answer in _NEEDS.items()
        if not replies.has(operation.name, answer)  # type: ignore[arg-type]  # the values of _NEEDS are answers
    }


def _samples(folder: Path, adapter: type[Department], addressed: Mapping[str, Collection[str]]) -> Iterator[tuple[str, Sample]]:
    for operation in adapter.operations:
        place = folder / operation.name
        request = orjson.loads((place / "request.json").read_bytes())
        other = orjson.loads(found.read_bytes()) if (found := place / "other.json").is_file() else None
        yield operation.name, Sample(request=request, other=other, personal=_personal(request, addressed.get(operation.name, ())))


def _personal(request: Mapping[str, Any], addressed: Collection[str]) -> tuple[str, ...]:
    open_ = {text for name in addressed for text in texts_in(request.get(name))}
    return tuple(sorted({text for text in texts_in(dict(request)) if could_be_personal(text)} - open_))
