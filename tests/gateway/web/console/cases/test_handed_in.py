"""What was handed in: the envelope's persons first, each value under its title, even where no definition can be read."""

from __future__ import annotations

from gateway.api.shapes.models import FormShape
from gateway.web.console.cases.handed_in import handed_in

FORM: FormShape = {
    "applicant": {"name": "张*", "id_type": "111", "id_number": "5****8", "more": "x"},
    "agent": {"name": "王*"},
    "data": {"married_on": "2026-11-23", "spouse": {"name": "李*"}},
}


def test_persons_come_first_and_codes_have_words() -> None:
    applicant, agent, bare, spouse = handed_in(FORM, None)
    assert applicant.title is not None
    assert applicant.title.zh == "申请人"
    assert [(one.title.en, one.value.en) for one in applicant.entries] == [
        ("Name", "张*"),
        ("Document", "resident identity card"),
        ("Number", "5****8"),
        ("more", "x"),
    ]
    assert [one.value.zh for one in agent.entries] == ["王*"]
    assert (bare.title, bare.entries[0].title.zh) == (None, "married_on")
    assert spouse.title is not None
    assert spouse.title.zh == "spouse"
