"""The application that texts come to, and what a form that has changed makes of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest

from gateway.cases.drafts.document import changed_form, document_of
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.compiled import CompiledService


@pytest.fixture
def service(small_catalogue: Catalogue) -> CompiledService:
    return small_catalogue.services["typed"]


def test_texts_become_an_application(service: CompiledService) -> None:
    typed = {
        "/applicant/name": "张伟",
        "/applicant/mobile": "",
        "/agent/name": "",
        "/data/note": "a",
        "/data/rooms": "３",
        "/data/want": "true",
        "/data/kind": "c",
        "/data/others/0/name": "王芳",
        "/data/others/10/name": "李强",
        "/data/others/2/name": "赵敏",
        "/notes/window": "3",
        "/late_entry/reason": "停电",
        "/late_entry/clerk": "",
    }
    made = document_of(service, typed)
    assert made == {
        "service": "typed",
        "channel": "counter",
        "applicant": {"name": "张伟"},
        "data": {
            "note": "a",
            "rooms": 3,
            "want": True,
            "kind": "c",  # which the check says is none
            "others": [{"name": "王芳"}, {"name": "赵敏"}, {"name": "李强"}],
        },
        "late_entry": {"reason": "停电"},
    }
    assert document_of(service, {"/channel": "mobile", "/agent/name": "王芳"})["agent"] == {"name": "王芳"}


def before(service: CompiledService, **changes: Any) -> str:
    """Give the definition with another form: None takes a field out."""
    definition = deepcopy(orjson.loads(service.canonical))
    for name, schema in changes.items():
        definition["form"]["properties"][name] = schema
        if schema is None:
            del definition["form"]["properties"][name]
    return orjson.dumps(definition).decode()


def test_a_form_that_changed_tells_what_is_new_and_what_no_longer_fits(service: CompiledService) -> None:
    typed = {"/data/note": "a", "/data/old": "b", "/data/blank": " ", "/data/kind": "c", "/data/others/3/name": "王芳", "/notes/old": "x"}
    was = before(service, note=None, others=None, old={"type": "string"})
    change = changed_form(was, service, typed)
    assert change is not None
    assert [one.pointer for one in change.new] == ["/data/note", "/data/others/-/name"]
    assert change.unfit == {"/data/old": "b", "/data/kind": "c"}
    assert change.digest == service.digest
    assert "old" not in document_of(service, typed)["data"]


def test_what_changed_elsewhere_is_no_change(service: CompiledService) -> None:
    assert changed_form(before(service), service, {"/data/note": "a", "/data/kind": "b"}) is None
    assert changed_form(None, service, {"/data/note": "a"}) is None


def test_a_list_where_there_was_a_text_does_not_fit(service: CompiledService) -> None:
    change = changed_form(None, service, {"/data/others": "王芳"})
    assert change is not None
    assert change.unfit == {"/data/others": "王芳"}
