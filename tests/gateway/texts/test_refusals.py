"""Refusals carry all that an answer needs."""

from __future__ import annotations

from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.texts.refusals import Refused


def test_a_refusal_speaks_both_languages_and_names_its_kind() -> None:
    refused = Refused("conflict", 409, Text(zh="不行", en="No"), errors=iter([Located("/a", "b")]), retry_after=1.5)

    assert (refused.detail("zh-CN"), refused.detail("en")) == ("不行", "No")
    assert (refused.kind, refused.status, refused.errors, refused.retry_after) == ("conflict", 409, (Located("/a", "b"),), 1.5)
    assert str(refused) == "conflict: No"
