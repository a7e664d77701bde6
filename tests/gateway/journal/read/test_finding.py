"""Cases by a number of theirs or by a department's, along the indexes of both."""

from __future__ import annotations

from sqlalchemy import Engine

from gateway.journal.read.finding import found
from tests.gateway.api.sample_cases import Journal, a_delivery, an_application
from tests.plans import Plans


def test_a_number_or_a_reference_leads_to_cases(journal: Journal, reader: Engine) -> None:
    one, other = an_application(), an_application()
    journal.add(one, [a_delivery(one, "tax", reference="T 1")])
    journal.add(other, [a_delivery(other, "tax", reference="T 2"), a_delivery(other, "marriage", position=1, reference="T 1")])
    plans = Plans()
    with plans.watching(), reader.connect() as connection:

        def ids(numbers: list[str], departments: list[str], references: set[str], most: int = 9) -> list[str]:
            return [case.id for case in found(connection, numbers, departments, references, most)]

        assert ids([one.number, "none"], [], {"none"}) == [one.id]
        assert ids([], ["tax"], {"T 2", "T2"}) == [other.id]
        assert ids([], ["tax", "marriage"], {"T 1"}) == [other.id, one.id]
        assert ids([], ["tax", "marriage"], {"T 1"}, 1) == [other.id]
        assert ids([one.number], ["tax"], {"T 2"}) == [other.id, one.id]
    assert plans.scans(journal.engine) == []
