"""Contents are kept, read and erased by owner, part and revision, and by nothing but the one module."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Engine

import gateway
from gateway.journal import payload
from gateway.journal.payload import FORM, MESSAGE, NOTE, OUTCOME, Content, kept, message_part, note_part, outcome_part, said_part
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import Does, adds, application

_TABLE = re.compile(r"\bschema\.payload\b|\bschema import (\([^)]*|[^(\n]*)\bpayload\b")


async def test_contents_are_given_by_part_the_newest_first(writer: Engine, vouched: Journal) -> None:
    one, other = await vouched.write(adds(application("1"))), await vouched.write(adds(application("2")))
    there = [
        (one, FORM, 1, b"a"), (one, FORM, 2, b"b"), (one, outcome_part("tax"), 1, b"c"), (one, outcome_part("marriage"), 1, b"d"),
        (one, "outcome;", 1, b"no outcome"), (one, note_part("x"), 1, b"e"), (other, FORM, 1, b"f"),
    ]  # fmt: skip

    def keep(draft: Draft) -> None:
        for owner, part, revision, blob in there:
            draft.put_payload(owner, part, revision, blob)
        for case in (one, other):
            draft.settle(case, "case_noted", "test", {}, before=draft.case(case))

    await vouched.write(Does(keep, Needs(cases=(one, other))))
    with writer.connect() as connection:
        before = {content.part for content in kept(connection, one, [FORM])}
        assert before == {FORM}
        assert [content.blob for content in kept(connection, one, [FORM])[:2]] == [b"b", b"a"]
        assert [content.blob for content in kept(connection, one, [FORM], most=1)] == [b"b"]
        assert [content.blob for content in kept(connection, one, [FORM], revision=1)] == [b"a"]
        assert [content.part for content in kept(connection, one, kind=OUTCOME)] == ["outcome:marriage", "outcome:tax"]
        assert [content.name for content in kept(connection, one, kind=NOTE)] == ["note:x@1"]
        assert kept(connection, one, kind=MESSAGE) == []
        assert {blob for _, (_, _, blob) in payload.of_owners(connection, [one, other])} == {blob for *_, blob in there}
        assert (other, "form@1") in set(payload.names(connection, [other]))

    def erase(draft: Draft) -> None:
        draft.execute(payload.erased(one, FORM, 1), {})

    await vouched.write(Does(erase))
    with writer.connect() as connection:
        assert [content.revision for content in kept(connection, one, [FORM])] == [2]


def test_a_part_is_named_by_its_kind_and_whose_it_is() -> None:
    assert [outcome_part("a"), said_part("a"), note_part("a"), message_part("office", "m:1")] == [
        "outcome:a", "said:a", "note:a", "inbox:office:m:1",
    ]  # fmt: skip
    assert Content(FORM, 3, b"").name == "form@3"


def test_no_other_module_names_the_table() -> None:
    root = Path(gateway.__file__).parent
    assert [str(file.relative_to(root)) for file in root.rglob("*.py") if _TABLE.search(file.read_text("utf-8"))] == ["journal/payload.py"]
