"""The mistakes that :class:`gateway.sdk.demo.broken.Broken` makes on order, and the tests of the conformance suite that find each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from gateway.model.service import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake of an adapter. ``found_by`` has the code of a test and the operation at which it fails, if any."""

    text: Text
    found_by: tuple[tuple[str, str], ...]


def _mistake(row: Mapping[str, Any]) -> Mistake:
    found = (test.removesuffix("]").partition("[") for test in row["found_by"])
    return Mistake(text=Text(zh=row["zh"], en=row["en"]), found_by=tuple((code, operation) for code, _, operation in found))


_ROWS: Final = yaml.safe_load(Path(__file__).with_name("ways.yaml").read_text("utf-8"))
#: The mistakes by the names of their ways.
WAYS: Final = {way: _mistake(row) for way, row in _ROWS.items()}
