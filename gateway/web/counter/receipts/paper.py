"""The receipt of one party: what stands on it is cut to what the service lets that party's roles see, as its page of progress is.

What happens next is told of this very case: the steps that it has, in their order, which of them depend on a result, and which department
takes nothing at the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.catalogue.compiled import may_apply
from gateway.catalogue.parties.sees import case_for, sees
from gateway.catalogue.share import context
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import mask_mobile
from gateway.model.service import APPLICANT, Text
from gateway.texts.sentences import joined, listed, name
from gateway.web.citizen.course import READS, Course, Followed, course
from gateway.web.counter.receipts import texts
from gateway.web.qr import QrCode, qr_code
from gateway.web.times import moment, stamp

if TYPE_CHECKING:
    from gateway.cases.receipts.receipt import Receipt
    from gateway.catalogue.compiled import CompiledService
    from gateway.model.delivery import Delivery

S = DeliveryState
_TO_SEND: Final = frozenset({S.READY, S.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing that happens next: of the case's step, what is said of it."""

    title: Text
    said: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The receipt of one party. ``others`` tells that departments are at work that the party does not see."""

    course: Course = field(repr=False)
    received: str
    handed_in: Text | None  # of a late entry
    query_code: str = field(repr=False)
    qr: QrCode = field(repr=False)
    next: Sequence[NextStep]
    others: bool
    mobile: str | None = field(repr=False)  # of whoever applies, masked
    returned: Text | None  # papers that were given back, on the receipt of whoever brought them
    kept: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The papers that were brought, by their titles: those that were looked at and given back, and those that were kept."""

    returned: Sequence[Text] = ()
    kept: Sequence[Text] = ()


def paper(followed: Followed, receipt: Receipt, *, link: str, service: CompiledService | None, brought: Brought) -> Paper:
    """Make the receipt of a party. ``followed`` has its roles, ``link`` is the whole address that its QR code leads to."""
    case, applies = followed.view.application, APPLICANT in followed.roles
    mobile = (followed.form.get("applicant") or {}).get("mobile") if applies else None
    seen = sees(followed.definition, followed.roles)
    return Paper(
        course=course(followed),
        received=stamp(case.received_at),
        handed_in=None if case.handed_in_at is None else moment(case.handed_in_at),
        query_code=f"{receipt.query_code[:5]} {receipt.query_code[5:]}",
        qr=qr_code(link),
        next=list(_next(followed, service)),
        others=any(one.step not in seen.steps for one in followed.view.deliveries.values()),
        mobile=None if mobile is None else mask_mobile(mobile),
        returned=listed(brought.returned) if applies and brought.returned else None,
        kept=listed(brought.kept) if applies and brought.kept else None,
    )


def _next(followed: Followed, service: CompiledService | None) -> Iterator[NextStep]:
    """Tell of each step in sight, but those that do not apply, or will not."""
    seen = case_for(
        followed.definition, followed.roles, form=followed.form, deliveries=followed.view.deliveries, outcomes=followed.view.outcomes
    )
    ctx = context(followed.form.get("applicant") or {}, followed.form.get("data") or {}, {})
    applies = {one.step: service is None or may_apply(service.steps[one.step], ctx) for one in seen.steps if one.state is S.WAITING}
    shown = [one.step for one in seen.steps if one.state is not S.SKIPPED and applies.get(one.step, True) is not False]
    for step in shown:
        said = _said(followed, followed.view.deliveries[step], shown, depends=applies.get(step, True) is None)
        yield NextStep(title=followed.definition.step(step).title, said=said)


def _said(followed: Followed, delivery: Delivery, shown: Collection[str], *, depends: bool) -> Text:
    department = followed.departments.get(delivery.department, name(delivery.department))
    if delivery.state is S.WAITING:
        before = [followed.definition.step(step).title for step in delivery.after if step in shown]
        later = texts.after_those(listed(before), department) if before else texts.later(department)
        return joined(later, texts.IF_IT_APPLIES) if depends else later
    if delivery.state in _TO_SEND:
        return texts.goes_once_open(department) if delivery.department in followed.away else texts.goes_now(department)
    _, said = READS[delivery.state]
    return said(department, moment(delivery.updated_at))
