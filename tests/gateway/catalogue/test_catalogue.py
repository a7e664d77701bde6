"""The catalogue is loaded whole, or refused with all errors by file and line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from gateway.catalogue.catalogue import _PINNED, Catalogue, load_catalogue
from gateway.catalogue.compiled import check_application
from gateway.catalogue.drawing.parts import Undrawable
from gateway.model.service import YOUNGER, Service
from gateway.texts.yaml_lines import ConfigError
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample, service, write


def refused(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(folder, DEPARTMENTS)
    return [(Path(problem.file).name, problem.line, problem.path, problem.detail) for problem in caught.value.problems]


def line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if text in line)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    write(tmp_path)
    return load_catalogue(tmp_path, DEPARTMENTS)


def test_what_is_fine_is_loaded_with_its_sample(catalogue: Catalogue) -> None:
    assert list(catalogue.services) == ["sale"]
    loaded = catalogue.services["sale"]
    assert loaded.definition.sample == sample()
    assert loaded.digest == service().digest()
    assert catalogue.by_digest(loaded.digest) is loaded
    assert loaded.unavailable == {}


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    broken = definition()
    broken["code"] = "other"
    broken["steps"][0]["share"]["price"] = "data.cost"
    broken["steps"][1]["after"] = ["insurance"]
    first = write(tmp_path, broken)
    (tmp_path / "torn.yaml").write_text("code: torn\nsteps: [\n", encoding="utf-8")
    second = tmp_path / "twice.yaml"
    second.write_text("code: twice\nlimits: {}\ncode: twice\n", encoding="utf-8")
    (tmp_path / "lost.sample.json").write_text("{}", encoding="utf-8")
    found = refused(tmp_path)
    assert ("sale.yaml", 1, "code", "must be sale, as the file is called") in found
    assert [(file, line) for file, line, path, _ in found if path == "steps.0.share.price"] == [
        ("sale.yaml", line_of(first, "price: data.cost"))
    ]
    assert any(path == "steps.1.after" and "insurance → insurance" in detail for _, _, path, detail in found)
    assert any(path.startswith("steps.1.share") and "does not come after" in detail for _, _, path, detail in found)
    assert [line for file, line, _, _ in found if file == "torn.yaml"] == [3]
    assert any(file == "twice.yaml" and line == 3 and "stands twice" in detail for file, line, _, detail in found)
    assert {file for file, _, _, detail in found if "cannot be read" in detail} == {"torn.sample.json", "twice.sample.json"}
    assert any(file == "lost.sample.json" and "sample of no service" in detail for file, _, _, detail in found)


def test_a_form_that_no_page_can_draw_is_refused_and_runs_on_where_it_is_kept(catalogue: Catalogue, tmp_path: Path) -> None:
    strange = definition()
    strange["form"]["properties"]["price"]["contentMediaType"] = "text/html"
    file = write(tmp_path, strange)
    detail = "cannot be drawn as a page: contentMediaType is no word that a form can be drawn from (docs/services.md lists them)"
    assert refused(tmp_path) == [
        ("sale.yaml", line_of(file, "contentMediaType"), "form.properties.price.contentMediaType", detail),
    ]
    kept = catalogue.pin(Service.model_validate({**strange, "sample": sample()}).canonical())
    with pytest.raises(Undrawable):
        _ = kept.drawn_form
    assert kept.check(sample(), "en") == []
    assert catalogue.services["sale"].drawn_form.child("price") is not None


def test_a_definition_that_does_not_fit_the_record(tmp_path: Path) -> None:
    broken = definition()
    broken["codes"]["level"] = "9"
    broken["steps"][0]["colour"] = "red"
    del broken["limits"]
    file = write(tmp_path, broken)
    found = {(line, path) for _, line, path, _ in refused(tmp_path)}
    assert (line_of(file, "level:"), "codes.level") in found
    assert (line_of(file, "colour:"), "steps.0.colour") in found
    assert (1, "limits") in found


@pytest.mark.parametrize("text", ["", "- a\n", "text\n"])
def test_a_file_that_holds_no_service(tmp_path: Path, text: str) -> None:
    write(tmp_path).write_text(text, encoding="utf-8")
    assert [detail for _, _, _, detail in refused(tmp_path)] == ["must hold one service"]


def test_the_sample_stands_in_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, {**definition(), "sample": sample()})
    assert any(path == "sample" and "sale.sample.json" in detail for _, _, path, detail in refused(tmp_path))


def test_a_sample_is_told_by_its_own_lines(tmp_path: Path) -> None:
    write(tmp_path)
    file = tmp_path / "sale.sample.json"
    file.write_text('{\n "service": "sale",\n "channel": "fax",\n "applicant": {},\n "data": {\n  "price": 5\n }\n}\n', encoding="utf-8")
    found = {(path, line) for name, line, path, _ in refused(tmp_path) if name == file.name}
    assert {("channel", 3), ("applicant.name", 4), ("data.price", 6), ("data.buyer", 5)} <= found


@pytest.mark.parametrize(
    ("text", "line", "detail"),
    [
        ('{\n "a": 1,\n "a": 2\n}', 3, "appears more than once"),
        ('{\n "a": 1\n "b": 2}', 3, "not valid JSON"),
        ('{\n\t"a": 1,\n\t"b": ]}', 3, "not valid JSON"),
        ("[]", 1, "must be a JSON object"),
    ],
)
def test_a_sample_that_is_no_proper_json(tmp_path: Path, text: str, line: int, detail: str) -> None:
    write(tmp_path)
    (tmp_path / "sale.sample.json").write_text(text, encoding="utf-8")
    [(name, found_line, _, found)] = refused(tmp_path)
    assert (name, found_line) == ("sale.sample.json", line)
    assert detail in found


def test_a_sample_that_does_not_make_a_request(tmp_path: Path) -> None:
    broken = definition()
    broken["sample_outputs"]["tax"] = {"receipt_number": "R1", "amount": "much"}
    file = write(tmp_path, broken)
    found = refused(tmp_path)
    assert ("sale.yaml", line_of(file, "amount: much"), "sample_outputs.tax.amount") in {entry[:3] for entry in found}


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    assert "holds no service" in refused(tmp_path)[0][3]


def test_a_department_that_is_not_there_leaves_the_service_marked(tmp_path: Path) -> None:
    write(tmp_path)
    catalogue = load_catalogue(tmp_path, {"revenue": DEPARTMENTS["revenue"]}, {"insurance": "its plugin cannot be loaded"})
    assert catalogue.services["sale"].unavailable == {"insurance": "its plugin cannot be loaded"}


def test_an_application_is_checked_by_its_service(catalogue: Catalogue) -> None:
    found, problems = check_application(catalogue.services, sample(), "en")
    assert found is catalogue.services["sale"]
    assert problems == []


@pytest.mark.parametrize("code", ["nothing", "", "../sale"])
def test_an_unknown_service_is_told_beside_all_else(catalogue: Catalogue, code: str) -> None:
    found, problems = check_application(catalogue.services, {"service": code, "channel": "fax", "applicant": {}}, "zh-CN")
    assert found is None
    assert problems[0].pointer == "/service"
    assert {"/channel", "/data", "/applicant/name"} <= {problem.pointer for problem in problems}


@pytest.mark.parametrize("code", [None, 5, ["sale"], {}])
def test_a_service_that_is_no_text(catalogue: Catalogue, code: object) -> None:
    found, problems = check_application(catalogue.services, {**sample(), "service": code}, "en")
    assert found is None
    assert [(problem.pointer, problem.detail) for problem in problems] == [("/service", "must be a string")]


def test_an_older_definition_is_pinned_by_its_digest(catalogue: Catalogue) -> None:
    older = definition()
    older["guidance"]["en"] = "as it was"
    record = Service.model_validate({**older, "sample": sample()})
    assert catalogue.by_digest(record.digest()) is None
    pinned = catalogue.pin(record.canonical())
    assert pinned.digest == record.digest()
    assert catalogue.by_digest(pinned.digest) is pinned
    assert catalogue.pin(record.canonical()) is pinned
    assert catalogue.pin(service().canonical()) is catalogue.services["sale"]


def _kept(**changes: Any) -> str:
    """Give a definition as an older version kept it, with other members than this one would write."""
    kept = {**orjson.loads(service().canonical()), **changes}
    return json.dumps({name: value for name, value in kept.items() if value is not None}, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    "changes",
    [{"materials": None}, {"sample_outputs": None}, {"parties": [], "sees": {}}, {"rules": [], "sample_day": None}],
    ids=["a member that it did not know", "another one", "members that say nothing", "those that came before"],
)
def test_a_kept_definition_keeps_the_digest_that_it_was_kept_under(catalogue: Catalogue, tmp_path: Path, changes: dict[str, Any]) -> None:
    """A later default gives the definition another text when it is written anew. Cases stand on the digest of the text that was kept."""
    canonical = _kept(**changes)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    assert digest != service().digest()

    pinned = catalogue.pin(canonical)
    assert (pinned.digest, pinned.canonical) == (digest, canonical)
    assert catalogue.by_digest(digest) is pinned
    assert catalogue.pin(canonical) is pinned
    offers: dict[str, Any] = {"revenue": DEPARTMENTS["revenue"], "insurance": Offering()}  # it is compiled anew for other departments
    catalogue.replace(load_catalogue(tmp_path, offers))
    again = catalogue.by_digest(digest)
    assert again is not None
    assert again is not pinned
    assert (again.digest, again.canonical) == (digest, canonical)


class Offering:
    """A department made anew, which offers what it did, by other objects."""

    operations = tuple(replace(one) for one in DEPARTMENTS["insurance"].operations)


def test_members_that_say_nothing_are_left_out_of_what_is_kept() -> None:
    plain = orjson.loads(service().canonical())
    assert not {"rules", "sample_day", *YOUNGER} & plain.keys()
    title = {"zh": "买方", "en": "Buyer"}
    buyer = {"role": "buyer", "title": title, "kind": "person", "at": "data.buyer"}
    made = Service.model_validate(
        {**definition(), "sample": sample(), "parties": [buyer], "sees": {"applicant": {}, "buyer": {"steps": "all"}}}
    )
    said = orjson.loads(made.canonical())
    assert (said["parties"], said["sees"]) == ([buyer], {"applicant": {}, "buyer": {"steps": "all"}})
    assert Service.model_validate_json(made.canonical()) == made
    assert {name: value for name, value in said.items() if name not in ("parties", "sees")} == plain


@pytest.mark.parametrize("fees", ["none", {"zh": "每本 120 元", "en": "120 yuan each"}])
def test_fees_and_what_comes_afterwards_are_kept_where_they_are_said(fees: Any) -> None:
    plain = orjson.loads(service().canonical())
    more = {"fees": fees, "afterwards": {"zh": "在窗口领取", "en": "Fetched at the counter"}}
    made = Service.model_validate({**plain, **more})
    assert orjson.loads(made.canonical()) == {**plain, **more}
    assert Service.model_validate_json(made.canonical()) == made
    with pytest.raises(ValidationError, match="Must be none where nothing is charged, or a text in both languages"):
        Service.model_validate({**plain, "fees": 120})


def test_the_pinned_are_bounded_and_the_least_used_goes_first(catalogue: Catalogue) -> None:
    digests = []
    for number in range(_PINNED + 1):
        digests.append(
            catalogue.pin(
                Service.model_validate({**definition(), "limits": {"promised_working_days": number + 5}, "sample": {}}).canonical()
            ).digest
        )
        assert catalogue.by_digest(digests[0]) is not None
    assert catalogue.by_digest(digests[1]) is None
    assert catalogue.by_digest(digests[0]) is not None
    assert catalogue.by_digest(digests[-1]) is not None


def test_an_older_definition_whose_operation_has_gone_keeps_its_other_steps(catalogue: Catalogue) -> None:
    older = definition()
    older["steps"][1]["operation"] = "gone"
    pinned = catalogue.pin(Service.model_validate({**older, "sample": sample()}).canonical())
    assert list(pinned.unavailable) == ["insurance"]


def test_a_definition_that_cannot_be_used_at_all_is_refused(catalogue: Catalogue) -> None:
    older = {**definition(), "form": {"type": "objekt"}}
    with pytest.raises(ConfigError, match="JSON Schema"):
        catalogue.pin(Service.model_validate({**older, "sample": {}}).canonical())
    with pytest.raises(ConfigError):
        catalogue.pin("{}")


def changed(folder: Path, working_days: int) -> Catalogue:
    write(folder, {**definition(), "limits": {"promised_working_days": working_days}})
    return load_catalogue(folder, DEPARTMENTS)


def test_what_is_replaced_stays_at_hand_for_the_cases_that_are_pinned_to_it(catalogue: Catalogue, tmp_path: Path) -> None:
    first = catalogue.services["sale"]
    older = catalogue.pin(Service.model_validate({**definition(), "limits": {"promised_working_days": 9}, "sample": {}}).canonical())
    catalogue.replace(changed(tmp_path, 5))
    second = catalogue.services["sale"]
    assert second.digest != first.digest
    assert [catalogue.by_digest(service.digest) for service in (first, second, older)] == [first, second, older]
    catalogue.replace(changed(tmp_path, 1))
    assert catalogue.services["sale"].digest == first.digest
    assert catalogue.by_digest(second.digest) is second


def test_what_is_pinned_is_compiled_anew_where_departments_came_or_went(catalogue: Catalogue, tmp_path: Path) -> None:
    first = catalogue.services["sale"]
    write(tmp_path, {**definition(), "limits": {"promised_working_days": 5}})
    catalogue.replace(load_catalogue(tmp_path, DEPARTMENTS, {"insurance": "disabled"}))
    pinned = catalogue.by_digest(first.digest)
    assert pinned is not None
    assert (pinned is first, pinned.unavailable) == (False, {"insurance": "disabled"})
    catalogue.replace(load_catalogue(tmp_path, DEPARTMENTS))
    back = catalogue.by_digest(first.digest)
    assert back is not None
    assert back.unavailable == {}


def test_more_replacements_than_are_kept_push_out_the_oldest(catalogue: Catalogue, tmp_path: Path) -> None:
    first = catalogue.services["sale"].digest
    for number in range(_PINNED):
        catalogue.pin(Service.model_validate({**definition(), "limits": {"promised_working_days": number + 5}, "sample": {}}).canonical())
    newest = catalogue.services["sale"].digest
    catalogue.replace(changed(tmp_path, 2))
    assert catalogue.by_digest(newest) is not None
    assert first == newest


@pytest.mark.parametrize(
    ("said", "path", "detail"),
    [
        ({"value": 1.5}, "note.value.value", "a decimal is written as a text"),
        ({"items": [{"name": 3}]}, "note.items.items.0.fields.name", "must be a path, or {value: …}"),
        ({"list": []}, "note", "must be a path, {value: …}, {each: …, item: {…}} or {items: […]}"),
    ],
)
def test_what_share_cannot_be_is_one_located_line(tmp_path: Path, said: object, path: str, detail: str) -> None:
    changed = definition()
    changed["steps"][0]["share"]["note"] = said
    write(tmp_path, changed)
    with pytest.raises(ConfigError) as refused:
        load_catalogue(tmp_path, DEPARTMENTS)
    (problem,) = refused.value.problems
    assert problem.path == f"steps.0.share.{path}"
    assert detail in problem.detail
