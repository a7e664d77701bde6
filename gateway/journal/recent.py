"""Cases that changed a short while ago, as committed: what the only writer need not read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from gateway.journal.draft import Case, Draft
from gateway.journal.views import CaseView

_OUTCOME = "outcome:"


@dataclass(slots=True)
class _Recent:
    case: Case
    outcomes: dict[tuple[str, int], bytes] | None = field(default_factory=dict)  # by step and round; none: not known from the start


class Recent:
    """The last ``most`` cases; written by the journal's thread after each commit, read from any."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._cases: OrderedDict[str, _Recent] = OrderedDict()

    def known(self, application_ids: Iterable[str]) -> dict[str, Case]:
        """Those of the cases that are remembered."""
        found = {case_id: self._cases.get(case_id) for case_id in application_ids}
        return {case_id: recent.case for case_id, recent in found.items() if recent is not None}

    def forget(self) -> None:
        """A commit's end is unknown: nothing remembered is certain."""
        self._cases.clear()

    def view(self, application_id: str) -> CaseView | None:
        """The case with its outcomes, when all of it is remembered."""
        recent = self._cases.get(application_id)
        if recent is None or recent.outcomes is None:
            return None
        deliveries = tuple(recent.case.deliveries.values())
        outcomes = recent.outcomes.copy()
        said = {d.step: orjson.loads(blob) for d in deliveries if (blob := outcomes.get((d.step, d.round))) is not None}
        return CaseView(application=recent.case.application, deliveries=deliveries, outcomes=said)

    def keep(self, drafts: Iterable[Draft]) -> None:
        """Remember what a commit made of its cases."""
        for draft in drafts:
            for case_id, case in draft.cases.items():
                recent = self._cases.get(case_id)
                if recent is None:
                    recent = self._cases[case_id] = _Recent(case, {} if case_id in draft.new else None)
                self._cases.move_to_end(case_id)
                if recent.outcomes is not None:
                    written = draft.payloads.get(case_id, {})
                    recent.outcomes.update(
                        {
                            (part.removeprefix(_OUTCOME), number): blob
                            for (part, number), blob in written.items()
                            if part.startswith(_OUTCOME)
                        }
                    )
                recent.case = case  # after its outcomes, since views are taken meanwhile
        while len(self._cases) > self._most:
            self._cases.popitem(last=False)
