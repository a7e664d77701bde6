"""Every fault is explained, in both languages and in the same words in the docs."""

from __future__ import annotations

import re

from gateway.sdk.sandbox import FAULT_NAMES
from gateway.sdk.sandbox.texts import FAULT_TEXTS
from tests.docs.test_docs import ROOT, text


def test_every_fault_has_its_texts_and_the_docs_have_them() -> None:
    assert tuple(FAULT_TEXTS) == FAULT_NAMES
    assert all(re.search("[\u4e00-\u9fff]|HTTP 500", zh) and en.isascii() for zh, en in FAULT_TEXTS.values())
    rows = re.findall(
        r"^\| `([\w]+)` \| (.+) · (.+) \|$", text(ROOT / "docs" / "cli.md").partition("## Faults of a sandbox")[2], re.MULTILINE
    )
    assert {name: (zh, en) for name, en, zh in rows} == dict(FAULT_TEXTS)
