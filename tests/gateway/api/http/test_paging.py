"""The parameters of a query."""

from __future__ import annotations

import pytest
from multidict import MultiDict

from gateway.api.http.paging import Query
from gateway.api.http.problems import WrongParameters
from gateway.model.application import ApplicationState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON


def _query(*pairs: tuple[str, str]) -> Query:
    return Query(MultiDict(pairs), "en")


def test_everything_absent_is_none_and_a_page_has_its_usual_size() -> None:
    query = _query()
    assert (query.word("a"), query.id("b"), query.flag("c"), query.time("d"), query.number("e", 9), query.cursor()) == (None,) * 6
    assert query.limit() == 50
    query.done()


@pytest.mark.parametrize(
    "text", ["2026-11-23T09:30:00+08:00", "2026-11-23T09:30:00 08:00", "2026-11-23T01:30:00Z", "2026-11-22T20:30:00-05:00"]
)
def test_times_have_an_offset_and_survive_an_unescaped_plus(text: str) -> None:
    assert _query(("at", text)).time("at") == NOON


def test_each_kind_takes_what_it_should() -> None:
    an_id = new_id()
    query = _query(("state", "approved"), ("id", an_id.upper()), ("on", "false"), ("n", "0"), ("limit", "200"), ("cursor", f"{an_id}:7"))
    assert query.one_of("state", ApplicationState) is ApplicationState.APPROVED
    assert (query.id("id"), query.flag("on"), query.number("n", 9), query.limit()) == (an_id, False, 0, 200)
    assert query.cursor(of_chain=True) == f"{an_id}:7"
    query.done()


@pytest.mark.parametrize(
    "pair",
    [
        ("word", "a b"),
        ("word", ""),
        ("id", "x"),
        ("flag", "1"),
        ("time", "2026-11-23"),
        ("time", "2026-13-01T00:00:00Z"),
        ("number", "10"),
        ("number", "-1"),
        ("number", "1" * 30),
        ("limit", "0"),
        ("limit", "201"),
        ("cursor", "x:y"),
    ],
)
def test_what_does_not_fit_is_wrong(pair: tuple[str, str]) -> None:
    query = _query(pair)
    for name, read in (("word", query.word), ("id", query.id), ("flag", query.flag), ("time", query.time)):
        read(name)
    query.number("number", 9)
    query.limit()
    query.cursor()
    with pytest.raises(WrongParameters) as refused:
        query.done()
    assert [name for name, _ in refused.value.wrong] == [pair[0]]


def test_a_parameter_given_twice_is_wrong() -> None:
    query = _query(("flag", "true"), ("flag", "true"))
    assert query.flag("flag") is None
    with pytest.raises(WrongParameters):
        query.done()
