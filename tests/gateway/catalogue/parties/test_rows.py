"""Rows of parties: one a person however many roles, kept with the person through every revision."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.parties.named import SaidParty
from gateway.catalogue.parties.rows import Stated, changed_rows, first_rows
from gateway.model.case import Party
from gateway.model.identifiers import new_id

CASE = "case-1"


def stated(said: Sequence[SaidParty], *secrets: str) -> Stated:
    """Give what is said, with an index by each of the secrets, the later one first."""
    names = secrets or ("new", "old")
    indexes = {one.identity: tuple(f"{secret} {one.identity}" for secret in names) for one in said if one.identity is not None}
    return Stated(said=said, indexes=indexes, ids=[new_id() for _ in said])


def filed(said: Sequence[SaidParty], *secrets: str) -> list[Party]:
    return first_rows(CASE, stated(said, *secrets))


def changed(rows: Sequence[Party], before: Sequence[SaidParty], after: Sequence[SaidParty]) -> list[tuple[Party | None, Party]]:
    return changed_rows(CASE, rows, before, stated(after))


def somebody(role: str, name: str | None, identity: str | None, **more: str) -> SaidParty:
    return SaidParty(role=role, kind="person", name=name, identity=identity, **more)


LI, WANG = ("Li", "111|1"), ("Wang", "111|2")


def case(**said: tuple[str | None, str | None]) -> list[SaidParty]:
    return [somebody(role, *who) for role, who in said.items()]


def applied(rows: Sequence[Party], changes: Sequence[tuple[Party | None, Party]]) -> list[Party]:
    """Give the rows as they stand after the changes, each of which must know how its row was."""
    standing = {row.id: row for row in rows}
    for was, now in changes:
        assert standing.get(now.id) == was
        assert now.version == (1 if was is None else was.version + 1)
        standing[now.id] = now
    return list(standing.values())


def by_role(rows: Sequence[Party]) -> dict[str, Party]:
    return {role: row for row in rows for role in row.roles}


def test_one_person_is_one_row_with_every_role() -> None:
    [li, wang] = filed(case(seller=LI, applicant=LI, buyer=WANG))
    assert (li.roles, wang.roles) == (("applicant", "seller"), ("buyer",))
    assert (li.person_index, wang.person_index) == ("new 111|1", "new 111|2")
    assert {li.application_id, wang.application_id} == {CASE}
    assert li.id != wang.id


def test_who_gives_no_number_is_a_row_of_their_own() -> None:
    rows = filed(case(applicant=LI, seller=("Li", None), buyer=("Li", None)))
    assert [(row.roles, row.person_index) for row in rows] == [(("applicant",), "new 111|1"), (("seller",), None), (("buyer",), None)]


def test_the_applicant_acts_for_another_party_and_never_for_themselves() -> None:
    acting = somebody("handler", *LI, acts_for="firm")
    firm = SaidParty(role="firm", kind="organization", name="Firm", identity="uscc|9")
    [applicant, company] = filed([*case(applicant=LI), acting, firm])
    assert (applicant.roles, applicant.acts_for, company.acts_for) == (("applicant", "handler"), company.id, None)
    [alone] = filed([*case(applicant=LI), acting])
    assert alone.acts_for is None
    [self_made] = filed([*case(applicant=LI, firm=LI), acting])
    assert self_made.acts_for is None


def test_nothing_changes_where_the_same_is_said_whichever_secret_made_the_index() -> None:
    said = case(applicant=LI, buyer=WANG)
    assert changed(filed(said, "old"), said, said) == []


def test_a_corrected_document_keeps_the_row_and_changes_the_index() -> None:
    before, after = case(applicant=LI, buyer=WANG), case(applicant=LI, buyer=("Wang", "111|9"))
    rows = filed(before, "old")
    [(was, now)] = changed(rows, before, after)
    assert was == by_role(rows)["buyer"]
    assert (now.id, now.person_index, now.version) == (was.id, "new 111|9", 2)


def test_a_corrected_name_changes_nothing() -> None:
    before, after = case(buyer=WANG), case(buyer=("Wong", "111|2"))
    assert changed(filed(before, "old"), before, after) == []


def test_another_person_is_another_row_and_who_left_is_found_no_more() -> None:
    before, after = case(applicant=LI, buyer=WANG), case(applicant=LI, buyer=("Zhao", "111|3"))
    rows = filed(before)
    now = applied(rows, changed(rows, before, after))
    gone = by_role(rows)["buyer"]
    assert Party(id=gone.id, application_id=CASE, roles=(), kind="person", version=2) in now
    assert by_role(now)["buyer"].person_index == "new 111|3"
    again = applied(now, changed(now, after, before))
    assert by_role(again)["buyer"].id not in (gone.id, by_role(now)["buyer"].id)


def test_a_role_that_passes_to_another_party_leaves_each_row_with_its_person() -> None:
    before, after = case(applicant=LI, seller=LI, buyer=WANG), case(applicant=LI, seller=WANG, buyer=LI)
    rows = filed(before)
    now = applied(rows, changed(rows, before, after))
    assert {row.id: row.roles for row in now} == {rows[0].id: ("applicant", "buyer"), rows[1].id: ("seller",)}


def test_two_who_turn_out_to_be_one_become_one_row() -> None:
    before, after = case(applicant=LI, seller=("Li", "111|7")), case(applicant=LI, seller=LI)
    rows = filed(before)
    now = applied(rows, changed(rows, before, after))
    assert sorted(row.roles for row in now) == [(), ("applicant", "seller")]


def test_a_case_from_before_has_its_rows_from_its_next_change_on() -> None:
    said = case(applicant=LI, buyer=WANG)
    assert [was for was, _ in changed([], said, said)] == [None, None]


SAID = st.dictionaries(
    st.sampled_from(["applicant", "seller", "buyer", "agent"]),
    st.tuples(st.sampled_from([None, "Li", "Wang", "Zhao"]), st.sampled_from([None, "111|1", "111|2", "111|3", "553|1"])),
)


@given(st.lists(SAID, min_size=1, max_size=4))
def test_whatever_is_revised_each_person_has_one_row_and_each_index_one_place(
    revisions: list[dict[str, tuple[str | None, str | None]]],
) -> None:
    rows: list[Party] = filed(case(**revisions[0]), "old")
    for before, after in pairwise(revisions):
        changes = changed(rows, case(**before), case(**after))
        kept: dict[str, str] = {row.person_index: row.id for row in rows if row.person_index is not None}
        for was, now in changes:  # as the table has them, one after the other: no index is ever held by two
            kept = {index: place for index, place in kept.items() if place != now.id}
            assert now.person_index not in kept
            kept |= {now.person_index: now.id} if now.person_index is not None else {}
            assert was is None or was.id == now.id
        rows = applied(rows, changes)
        standing = by_role(rows)
        assert {role: None if row.person_index is None else row.person_index.split()[1] for role, row in standing.items()} == {
            role: identity for role, (_, identity) in after.items()
        }
        assert all(row.person_index is None and row.acts_for is None for row in rows if not row.roles)
        assert len({row.id for row in rows}) == len(rows)
