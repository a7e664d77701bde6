"""The tests of the suite are described, in both languages, and the page says the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from docs.conformance_page import PAGE, page
from gateway.model.service import Text
from gateway.sdk.conformance import Check, Conformance, checks_in, texts
from gateway.sdk.conformance.check import DEMANDS, check_of, fail

CHECKS = list(checks_in(Conformance))


def test_every_test_of_the_suite_is_described() -> None:
    tests = {name.removeprefix("test_") for name in dir(Conformance) if name.startswith("test_")}
    assert tests == {one.code for one in CHECKS}
    assert len(CHECKS) == len(tests) >= 30


@pytest.mark.parametrize("one", CHECKS, ids=lambda one: one.code)
def test_a_description_is_whole_and_in_both_languages(one: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", one.code)
    for chinese in (one.asks_zh, one.do_zh):
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert chinese.endswith("。")
    for english in (one.asks, one.do):
        assert not re.search(r"[\u3000-\u9fff]", english)
        assert english.endswith(".")


def test_the_page_has_an_entry_for_each_and_says_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
    assert re.findall(r"^### (.+)$", page(), re.MULTILINE) == [one.code for one in CHECKS]


def _filled_in(source: Path) -> Iterator[tuple[str, set[str]]]:
    """Each sentence that a module of the suite fills in, with the names of what it gives."""
    for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) not in {"stage.wrong", "filled", "fail"}:
            continue
        if any(one.arg for one in call.keywords):
            yield (
                next(one.attr for one in call.args if isinstance(one, ast.Attribute) and one.attr.isupper()),
                {str(one.arg) for one in call.keywords},
            )


def test_every_sentence_is_given_what_it_has_places_for() -> None:
    sentences = {name: text for name, text in vars(texts).items() if isinstance(text, Text)}
    places = {name: {slot for _, slot, _, _ in Formatter().parse(text.zh + text.en) if slot} for name, text in sentences.items()}
    given = {name: names for source in Path(texts.__file__).parent.rglob("*.py") for name, names in _filled_in(source)}
    assert len(given) > 30
    assert given == {name: slots for name, slots in places.items() if slots}


def test_every_demand_has_its_test() -> None:
    assert DEMANDS.keys() == {one.code for one in CHECKS}


def test_a_failure_says_everything_there_is_to_say() -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        fail(CHECKS[0], "file", Text(zh="错了。", en="it is wrong."))
    said = str(failed.value).splitlines()
    assert said[0] == f"{CHECKS[0].code} · file"
    assert said[1:3] == ["出了什么问题：错了。", "What went wrong: it is wrong."]
    assert said[3:5] == [f"下一步：{CHECKS[0].do_zh}", f"What to do: {CHECKS[0].do}"]
    assert said[5] == f"docs/conformance.md#{CHECKS[0].code}"


def test_what_is_no_test_of_the_suite_is_refused() -> None:
    with pytest.raises(TypeError, match="no test of the suite"):
        check_of(print)
