"""A service's questions: whatever is answered leads somewhere, and what would not is refused with its place."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.guidance import Stand, ends, filled, follow, guide_problems, holds
from gateway.model.service import Service
from gateway.texts.yaml_lines import ConfigError, load_yaml
from tests.faults.installation import ROOT
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample, write

CODES = ("sale", "lease", "passport")
TEXT = {"zh": "文字", "en": "text"}
ELSEWHERE = {"zh": "别处", "en": "elsewhere"}
#: The digest that cases stand on of a definition as the version kept it that knew no questions.
OLDER = "57a3a55b001d89dd8eccb982575192e94f4430abace6253a9cc48a00dfe2cbe0"


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "text": TEXT, **more}


def question(name: str, *options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "text": TEXT, "options": list(options or (option("yes"), option("no"))), **more}


def made(*guide: dict[str, Any], materials: list[dict[str, Any]] | None = None) -> Service:
    return Service.model_validate({**definition(), "sample": sample(), "guide": list(guide), "materials": materials or []})


def problems(*guide: dict[str, Any], materials: list[dict[str, Any]] | None = None) -> list[tuple[tuple[str | int, ...], str]]:
    return [(problem.place, problem.detail) for problem in guide_problems(made(*guide, materials=materials), CODES)]


def test_answers_lead_on_to_other_services_or_elsewhere() -> None:
    service = made(
        question("how", option("bought", also=["passport"]), option("let", instead=["lease"]), option("given", elsewhere=ELSEWHERE)),
        question("home", when={"how": ["bought"]}),
    )
    first = follow(service, {"home": "yes", "how": "stolen"})
    assert (first.question, first.answers, first.services) == (service.guide[0], {}, ()), "what nobody asked, or offered, is no answer"
    assert follow(service, {"how": "bought"}).question == service.guide[1]
    end = follow(service, {"home": "no", "how": "bought"})
    assert (end.answers, end.services, end.also, end.elsewhere) == ({"how": "bought", "home": "no"}, ("sale",), ("passport",), None)
    assert follow(service, {"how": "let", "home": "no"}).services == ("lease",)
    away = follow(service, {"how": "given"})
    assert away.services == ()
    assert away.elsewhere is not None
    assert follow(made(), {"how": "bought"}).services == ("sale",), "without questions, whoever chose it is there"
    assert [stand.answers for stand in ends(service)] == [
        {"how": "bought", "home": "yes"},
        {"how": "bought", "home": "no"},
        {"how": "let"},
        {"how": "given"},
    ]


def test_answers_fill_in_choices_of_the_form() -> None:
    service = made(question("kind", option("house", fills={"/data/kind": "home"}), option("other")))
    assert filled(service, {"kind": "house"}) == {"/data/kind": "home"}
    assert filled(service, {"kind": "other"}) == {}


@pytest.mark.parametrize(
    ("guide", "place", "said"),
    [
        ([question("a"), question("a")], ("guide", 1, "name"), "another question a"),
        ([question("language")], ("guide", 0, "name"), "a name of pages' own"),
        ([question("a", option("x"), option("x"))], ("guide", 0, "options", 1, "value"), "another answer x"),
        (
            [question("a", when={"b": ["yes"]}), question("b")],
            ("guide", 0, "when", "b"),
            "is no question before this one; there are: none",
        ),
        ([question("a"), question("b", when={"a": ["yes", "perhaps"]})], ("guide", 1, "when", "a", 1), "there are: yes, no"),
        (
            [question("a", option("x", instead=["nowhere"]), option("y"))],
            ("guide", 0, "options", 0, "instead", 0),
            "nowhere is no service of the catalogue; there are: lease, passport, sale",
        ),
        ([question("a", option("x", also=["sale"]), option("y"))], ("guide", 0, "options", 0, "also", 0), "is this service itself"),
        ([question("a", option("x", also=["lease"] * 2), option("y"))], ("guide", 0, "options", 0, "also", 1), "named already"),
        (
            [question("a", option("x", instead=["lease"], elsewhere=ELSEWHERE), option("y"))],
            ("guide", 0, "options", 0, "elsewhere"),
            "not to both",
        ),
        (
            [question("a", option("x", also=["lease"], elsewhere=ELSEWHERE), option("y"))],
            ("guide", 0, "options", 0, "also"),
            "put them in instead",
        ),
        (
            [question("a", option("x", fills={"/data/colour": "red"}), option("y"))],
            ("guide", 0, "options", 0, "fills", "/data/colour"),
            "leads to no field of the form",
        ),
        (
            [question("a", option("x", fills={"/data/kind": "castle"}), option("y"))],
            ("guide", 0, "options", 0, "fills", "/data/kind"),
            "castle is no choice of that field; there are: home, shop",
        ),
        (
            [question("a", option("x", fills={"/data/note": "hello"}), option("y"))],
            ("guide", 0, "options", 0, "fills", "/data/note"),
            "there are: none",
        ),
        (
            [question("a", option("x"), option("y", instead=["lease"])), question("b", when={"a": ["y"]})],
            ("guide", 1),
            "is never asked",
        ),
        (
            [question("a", option("x", elsewhere=ELSEWHERE), option("y", instead=["lease"]))],
            ("guide",),
            "no answers lead to sale",
        ),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_place(guide: list[dict[str, Any]], place: tuple[str | int, ...], said: str) -> None:
    [(found, detail)] = problems(*guide)
    assert found == place
    assert said in detail


def test_a_material_that_nobody_would_bring_is_refused() -> None:
    asked = question("a", option("x"), option("y", instead=["lease"]))
    place = ("materials", 0, "when")
    assert problems(asked, materials=[{**TEXT, "when": {"a": ["x"]}}]) == []
    assert problems(asked, materials=[{**TEXT, "when": {"a": ["y"]}}]) == [(place, "never holds where answers lead to sale")]
    assert problems(asked, materials=[{**TEXT, "when": {"b": ["y"]}}]) == [((*place, "b"), "b is no question of the guide; there are: a")]
    assert problems(materials=[{**TEXT, "when": {"a": ["x"]}}]) == [((*place, "a"), "a is no question of the guide; there are: none")]


def test_a_problem_is_named_by_file_and_line(tmp_path: Path) -> None:
    wrong = question("a", option("x", also=["nowhere"]), option("y"))
    broken = {**definition(), "guide": [wrong], "materials": [{**TEXT, "when": {"a": ["z"]}}]}
    file = write(tmp_path, orjson.loads(orjson.dumps(broken)))  # or YAML would have anchors for what stands there twice
    with pytest.raises(ConfigError) as caught:
        load_catalogue(tmp_path, DEPARTMENTS)
    lines = file.read_text(encoding="utf-8").splitlines()
    found = {(problem.path, lines[problem.line - 1].strip()) for problem in caught.value.problems}
    assert found == {("guide.0.options.0.also.0", "- nowhere"), ("materials.0.when.a.0", "- z")}


def test_a_definition_without_questions_is_kept_as_it_was_before_there_were_any() -> None:
    plain = {**definition(), "sample": sample(), "materials": [TEXT]}
    older = Service.model_validate(plain)
    kept = orjson.loads(older.canonical())
    assert older.digest() == OLDER
    assert "guide" not in kept
    assert kept["materials"] == [TEXT]
    asking = Service.model_validate({**plain, "guide": [question("a")], "materials": [TEXT, {**TEXT, "when": {"a": ["yes"]}}]})
    said = orjson.loads(asking.canonical())
    assert said["guide"] == [question("a")]
    assert said["materials"] == [TEXT, {**TEXT, "when": {"a": ["yes"]}}]
    assert Service.model_validate_json(asking.canonical()) == asking


_NAMES = st.sampled_from(["a", "b", "c"])
_VALUES = st.sampled_from(["x", "y", "z"])
_WHEN: st.SearchStrategy[dict[str, list[str]]] = st.one_of(
    st.just({}), st.dictionaries(_NAMES, st.lists(_VALUES, min_size=1, max_size=2), max_size=1)
)
_LEADS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [*[{}] * 9, {"instead": ["lease"]}, {"also": ["passport"]}, {"elsewhere": ELSEWHERE}, {"instead": ["nowhere"]}]
)
_OPTIONS = st.lists(_LEADS, min_size=2, max_size=3).map(lambda leads: [option("xyz"[index], **lead) for index, lead in enumerate(leads)])
_QUESTION = st.builds(lambda name, options, when: question(name, *options, when=when), _NAMES, _OPTIONS, _WHEN)
_GUIDES = st.lists(_QUESTION, max_size=3, unique_by=lambda one: one["name"])
_MATERIALS = st.lists(_WHEN.map(lambda when: {**TEXT, "when": when}), max_size=1)


@given(_GUIDES, _MATERIALS)
def test_every_answer_leads_somewhere_or_the_guide_is_refused_with_a_place(
    guide: list[dict[str, Any]], materials: list[dict[str, Any]]
) -> None:
    service = made(*guide, materials=materials)
    wrong = list(guide_problems(service, CODES))
    event("refused" if wrong else "passes")
    for problem in wrong:
        node: Any = {"guide": guide, "materials": materials}
        for part in problem.place:
            node = node[part]  # there is such a place
    if wrong:
        return
    every = [_all_answered(service, values) for values in product(*([one["value"] for one in asked["options"]] for asked in guide))]
    for stand in every:
        assert stand.question is None
        assert (stand.elsewhere is None) == bool(stand.services)
        assert set(stand.services) <= set(CODES)
    here = [stand for stand in every if "sale" in stand.services]
    assert here
    assert all(any(asked["name"] in stand.chosen for stand in every) for asked in guide)
    assert all(any(holds(one.when, stand.answers) for stand in here) for one in service.materials)


def _all_answered(service: Service, values: tuple[str, ...]) -> Stand:
    return follow(service, {asked.name: value for asked, value in zip(service.guide, values, strict=True)})


def test_the_services_that_come_with_the_gateway_ask_two_or_three_questions() -> None:
    for file in sorted((ROOT / "config" / "services").glob("*.yaml")):
        service = Service.model_validate({**load_yaml(file)[0], "sample": {}})
        assert 2 <= len(service.guide) <= 3, file.name
        assert len({tuple(stand.services) for stand in ends(service)}) > 1, f"{file.name}: its questions are not for show"


def test_the_page_about_services_shows_a_guide_that_passes(tmp_path: Path) -> None:
    shown = (ROOT / "docs" / "services.md").read_text(encoding="utf-8").partition("## Questions that lead to a service")[2]
    (tmp_path / "example.yaml").write_text(shown.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    example = load_yaml(tmp_path / "example.yaml")[0]
    passport = load_yaml(ROOT / "config" / "services" / "passport.yaml")[0]
    service = Service.model_validate({**passport, **example, "sample": {}})
    assert list(guide_problems(service, {"passport", "newlywed"})) == []
    assert len(service.guide) == 3
