"""Forms as HTML: what is drawn is posted back, each field has its words, and nothing needs a script."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings

from gateway.catalogue.drawing.fields import drawn
from gateway.catalogue.drawing.people import applicant_form
from gateway.catalogue.drawing.posted import flat, posted
from gateway.model.errors import Located
from gateway.texts.refusals import Language
from gateway.web.forms.shown import FormView
from tests.gateway.catalogue.drawing.schemas import Made, forms
from tests.gateway.catalogue.drawing.test_posted import SERVICES, form_of, sample_of
from tests.gateway.web.forms.drawing import all_of, as_posted, drawn_page, tree_of


def _view(code: str, **more: object) -> FormView:
    sample = flat(sample_of(code), "/data")
    return FormView(**{"tree": form_of(code), "values": sample, "sample": sample, **more})  # type: ignore[arg-type]  # a test's choice


@given(forms())
@settings(max_examples=30)
def test_what_is_generated_is_drawn_and_posted_back(made: Made) -> None:
    tree, values = drawn(made[0]), flat(made[1], "/data")
    page = drawn_page(FormView(tree=tree, values=values, sample=values))
    assert posted(tree, as_posted(page)) == made[1]


@pytest.mark.parametrize("code", SERVICES)
def test_a_service_of_ours_is_drawn_and_posted_back(code: str) -> None:
    assert posted(form_of(code), as_posted(drawn_page(_view(code)))) == sample_of(code)


@pytest.mark.parametrize("code", SERVICES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_field_has_a_label_and_every_id_is_one_of_a_kind(code: str, language: Language) -> None:
    page = drawn_page(_view(code, copies=True, errors=[Located("/data", "x"), Located("/applicant/name", "y")]), language)
    tree = tree_of(page)
    labels = {label.get("for") for label in tree.iter("label")}
    for field in tree.iter("input", "select", "textarea"):
        named = field.get("id") in labels or field.getparent().tag == "label"
        assert named or field.get("type") == "hidden", field.get("name")
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [one for one, times in ids.items() if times > 1] == []
    told = [one for element in tree.iter() for one in (element.get("aria-describedby") or "").split()]
    assert set(told) <= set(ids)
    assert {link.get("href")[1:] for link in all_of(tree, "div", class_="errors")[0].iter("a")} <= set(ids)
    if language == "en":
        drawn_alone = re.sub(r'value="[^"]*"|<dd>.*?</dd>|<span class="sampled">.*?</span>', "", page.split("<main")[1])
        assert re.findall("[\u3400-\u9fff]+", drawn_alone) in ([], ["陆拾贰万元整"])


def test_nothing_is_ticked_beforehand() -> None:
    for code in SERVICES:
        page = drawn_page(_view(code, values={}))
        assert not re.search(r"\schecked|\sselected", page)


def test_an_error_stands_at_its_field_and_in_the_summary() -> None:
    errors = [Located("/data/buyer/id_number", "<wrong> & so"), Located("/data/seller", "missing"), Located("/service", "not ours")]
    tree = tree_of(drawn_page(_view("house-transfer", errors=errors), "en"))
    field = tree.get_element_by_id("/data/buyer/id_number")
    assert (field.get("aria-invalid"), field.get("aria-describedby")) == ("true", "/data/buyer/id_number:e")
    assert tree.get_element_by_id("/data/buyer/id_number:e").text_content().strip() == "<wrong> & so"
    summary = all_of(tree, "div", class_="errors")[0]
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert [(link.get("href"), link.text) for link in summary.iter("a")] == [
        ("#/data/buyer/id_number", "Buyer · ID number: <wrong> & so"),
        ("#/data/seller", "Seller: missing"),
    ]
    assert [*summary.iter("li")][2].text == "not ours"
    assert not all_of(tree_of(drawn_page(_view("house-transfer"))), "div", class_="errors")


def test_an_error_in_a_row_stands_in_that_row() -> None:
    tree = tree_of(drawn_page(_view("company-start", errors=[Located("/data/employees/1/id_number", "wrong")]), "en"))
    assert [link.text for link in all_of(tree, "div", class_="errors")[0].iter("a")] == [
        "Employees to insure (leave out if none) · Employee 2 · ID number: wrong"
    ]
    assert tree.get_element_by_id("/data/employees/1/id_number").get("aria-invalid") == "true"
    assert tree.get_element_by_id("/data/employees/0/id_number").get("aria-invalid") is None


def test_a_group_that_may_be_left_out_is_folded_until_something_stands_in_it() -> None:
    blank, filled = tree_of(drawn_page(_view("newlywed", values={}))), tree_of(drawn_page(_view("newlywed")))
    assert [part.get("open") for part in blank.iter("details")] == [None, None]
    assert [part.get("open") for part in filled.iter("details")] == ["", ""]


def test_a_field_for_one_case_says_so() -> None:
    tree = tree_of(drawn_page(_view("passport", values={}), "en"))
    address = tree.get_element_by_id("/data/address")
    assert tree.get_element_by_id("/data/address:c").text == "Only if “How to receive it” is “by post”"
    assert address.get("aria-describedby") == "/data/address:c"
    assert address.getparent().get("data-when") == '[[["/data/delivery", ["post"], true]]]'


def test_money_is_said_in_words() -> None:
    for language, said in (("zh-CN", "陆拾贰万元整"), ("en", "620,000.00 yuan")):
        tree = tree_of(drawn_page(_view("house-transfer"), language))  # type: ignore[arg-type]  # both are languages
        assert tree.get_element_by_id("/data/price:w").text == said


def test_what_may_not_be_changed_is_shown_masked_and_not_posted() -> None:
    only = {"/data/buyer/name", "/data/employees/1"}
    masked = {"/data/seller/id_number": "9999**********0016"}
    page = drawn_page(_view("house-transfer", only=only, masked=masked, sample={}))
    assert {*as_posted(page)} == {"/data/buyer/name"}
    assert ("9999**********0016" in page, "999999199001010016" in page) == (True, False)
    rows = tree_of(drawn_page(_view("company-start", only=only)))
    assert {name for name in as_posted(drawn_page(_view("company-start", only=only))) if name.startswith("/data/")} == {
        *("/data/employees/1", "/data/employees/1/name", "/data/employees/1/id_type", "/data/employees/1/id_number"),
    }
    assert [button.get("value") for button in rows.iter("button") if button.get("name") in ("add", "remove", "up", "same")] == []
    conditions = tree_of(drawn_page(_view("passport", only={"/data/address"})))
    assert not any(one.get("data-when") for one in conditions.iter())  # what decides is not among the fields


def test_the_applicant_s_details_are_offered_where_a_person_is_named() -> None:
    tree = tree_of(drawn_page(_view("house-transfer", copies=True)))
    assert [button.get("value") for button in all_of(tree, "button", name="same")] == ["/data/seller", "/data/buyer"]
    assert not all_of(tree_of(drawn_page(_view("house-transfer"))), "button", name="same")


def test_an_applicant_is_drawn_as_any_form() -> None:
    values = {"/applicant/name": "张伟", "/applicant/id_type": "111", "/applicant/id_number": "500152199001010018"}
    page = drawn_page(FormView(tree=applicant_form(), values=values))
    assert posted(applicant_form(), as_posted(page)) == {"name": "张伟", "id_type": "111", "id_number": "500152199001010018"}
    assert len([*tree_of(page).iter("option")]) == 8


def test_enter_hands_the_form_in_and_presses_no_button_within_it() -> None:
    first = next(iter(tree_of(drawn_page(_view("house-transfer", copies=True))).iter("button")))
    assert (first.get("name"), first.get("class"), first.get("tabindex")) == (None, "vh", "-1")


def test_a_form_of_60_fields_is_drawn_at_once() -> None:
    tree = drawn({"type": "object", "properties": {f"f{n}": {"type": "string", "title": "项", "maxLength": 50} for n in range(60)}})
    values = {f"/data/f{n}": "张伟" for n in range(60)}
    source = "{% import 'forms/form.html' as form with context %}{{ form.fields(view) }}"
    drawn_page(FormView(tree=tree), source=source)
    started = time.process_time()
    for _ in range(10):
        page = drawn_page(FormView(tree=tree, values=values, sample=values), source=source)
    print(f"a form of 60 fields: {(time.process_time() - started) * 100:.1f} ms")  # noqa: T201  # judged in bench/pages
    assert page.count("<input") == 60


def test_500_rows_are_drawn() -> None:
    rows = [{"name": f"职工{n}", "id_type": "111", "id_number": "999999199001010016"} for n in range(500)]
    view = _view("company-start", values=flat({"employees": rows}, "/data"))
    started = time.process_time()
    page = drawn_page(view)
    print(f"500 rows: {(time.process_time() - started) * 1000:.0f} ms, {len(page)} characters")  # noqa: T201  # as above
    assert posted(view.tree, as_posted(page))["employees"] == rows
