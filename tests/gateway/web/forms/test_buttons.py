"""Buttons within a form: rows come, go and move with all that was typed, and an applicant's details are copied."""

from __future__ import annotations

from gateway.catalogue.drawing.posted import flat
from gateway.web.forms.buttons import answered, pressed
from tests.gateway.catalogue.drawing.test_posted import form_of, sample_of

COMPANY = form_of("company-start")
TYPED = {
    **flat(sample_of("company-start"), "/data"),
    "/data/employees/2/name": "half a row",
    "/data/employees/2/id_number": "99999919900101",
}
APPLICANT = {"/applicant/name": "王芳", "/applicant/id_type": "111", "/applicant/id_number": "500152198512310026", "/applicant/mobile": "1"}


def _names(value: object) -> list[str | None]:
    assert isinstance(value, dict)
    return [row.get("name") for row in value["employees"]]


def test_a_row_is_added_below_the_others() -> None:
    done = pressed(COMPANY, {**TYPED, "add": "/data/employees"}, APPLICANT)
    assert done is not None
    assert (_names(done.value), done.at) == (["李强", "赵敏", "half a row", None], "/data/employees/3")
    assert done.value["company"] == sample_of("company-start")["company"]
    again = pressed(COMPANY, {**flat(done.value, "/data"), "add": "/data/employees"}, APPLICANT)
    assert again is not None
    assert _names(again.value) == ["李强", "赵敏", "half a row", None, None]


def test_a_first_row_is_added() -> None:
    done = pressed(COMPANY, {"add": "/data/employees"}, {})
    assert done is not None
    assert (done.value["employees"], done.at) == ([{}], "/data/employees/0")


def test_a_row_is_removed_and_the_others_keep_what_was_typed() -> None:
    done = pressed(COMPANY, {**TYPED, "remove": "/data/employees/0"}, APPLICANT)
    assert done is not None
    assert (_names(done.value), done.at) == (["赵敏", "half a row"], "/data/employees")
    assert done.value["employees"][1]["id_number"] == "99999919900101"


def test_a_row_moves_up() -> None:
    done = pressed(COMPANY, {**TYPED, "up": "/data/employees/2"}, APPLICANT)
    assert done is not None
    assert (_names(done.value), done.at) == (["李强", "half a row", "赵敏"], "/data/employees/1")
    first = pressed(COMPANY, {**TYPED, "up": "/data/employees/0"}, APPLICANT)
    assert first is not None
    assert (_names(first.value), first.at) == (["李强", "赵敏", "half a row"], "/data/employees/0")


def test_rows_past_the_tenth_move_by_their_number() -> None:
    fields = {f"/data/employees/{row}/name": str(row) for row in (1, 2, 9, 10, 11)}
    done = pressed(COMPANY, {**fields, "up": "/data/employees/10"}, {})
    assert done is not None
    assert (_names(done.value), done.at) == (["1", "2", "10", "9", "11"], "/data/employees/2")


def test_a_part_that_may_be_left_out_is_cleared_whole() -> None:
    form, typed = form_of("newlywed"), flat(sample_of("newlywed"), "/data")
    done = pressed(form, {**typed, "remove": "/data/real_estate"}, APPLICANT)
    assert done is not None
    assert (sorted(done.value), done.at) == (["exit_entry", "man", "marital_status", "registered_on", "woman"], "/data/real_estate")


def test_the_applicant_s_details_are_copied_as_far_as_the_group_asks() -> None:
    form = form_of("house-transfer")
    done = pressed(form, {"/data/buyer/name": "x", "/data/price": "1", "same": "/data/buyer"}, APPLICANT)
    assert done is not None
    assert done.value == {"seller": {}, "buyer": {"name": "王芳", "id_number": "500152198512310026"}, "price": "1"}
    row = pressed(COMPANY, {**TYPED, "same": "/data/employees/2"}, APPLICANT)
    assert row is not None
    assert row.value["employees"][2] == {"name": "王芳", "id_type": "111", "id_number": "500152198512310026"}


def test_a_forged_button_changes_nothing() -> None:
    before = pressed(COMPANY, {**TYPED, "same": "/data/company"}, APPLICANT)
    assert before is not None
    assert before.value["company"] == sample_of("company-start")["company"]
    for name in ("add", "up", "remove", "same"):
        for at in ("", "/", "/data/x", "/applicant", "/data/employees/x", f"/data/employees/{'9' * 5000}"):
            done = pressed(COMPANY, {**TYPED, name: at}, APPLICANT)
            assert done is not None
            assert _names(done.value) == ["李强", "赵敏", "half a row"]


def test_a_row_that_is_not_there_does_not_move() -> None:
    for at in ("/data/employees/99", "/data/employees/01"):
        done = pressed(COMPANY, {**TYPED, "up": at}, {})
        assert done is not None
        assert _names(done.value) == ["李强", "赵敏", "half a row"]


def test_no_button_of_the_form_was_pressed() -> None:
    assert pressed(COMPANY, TYPED, APPLICANT) is None


def test_what_may_not_be_changed_is_not_changed_by_a_button() -> None:
    done = pressed(COMPANY, {**TYPED, "remove": "/data/employees/0"}, APPLICANT, only={"/data/employees/1"})
    assert done is not None
    assert _names(done.value) == ["李强", "赵敏", "half a row"]


def test_an_answer_changes_what_was_asked_for_and_nothing_else() -> None:
    before = sample_of("house-transfer")
    forged = {"/data/price": " 1,000 ", "/data/seller/name": "forged", "/data/area": ""}
    after = answered(form_of("house-transfer"), before, forged, only={"/data/price", "/data/area"})
    assert after == {name: "1000" if name == "price" else value for name, value in before.items() if name != "area"}


def test_an_answer_to_a_list_takes_its_rows_anew() -> None:
    rows = {"/data/employees/4/name": "b", "/data/employees/1/name": "a", "/data/company/name": "forged"}
    after = answered(COMPANY, sample_of("company-start"), rows, only={"/data/employees"})
    assert after == {**sample_of("company-start"), "employees": [{"name": "a"}, {"name": "b"}]}
