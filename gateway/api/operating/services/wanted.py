"""The shapes of what is said of a service's suspension, and of the answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.http.requests import Id as SentId
from gateway.api.http.requests import Sent, Time
from gateway.api.shapes.act_models import OperatorAct
from gateway.api.shapes.shape import Id, Shape
from gateway.api.shapes.suspension_models import SuspendedShape
from gateway.model.service import Text

_Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Why; kept, and committed to in the audit.")]
_Words = Annotated[str, Field(min_length=1, max_length=500)]


class PublicNotice(Sent):
    """What the public is told, on one line, without anything personal."""

    zh: _Words
    en: Annotated[_Words | None, Field(description="Left out: the Chinese one is shown.")] = None


class WantedSuspension(Sent):
    """A service to be suspended: with which notice, from when until when."""

    notice: PublicNotice
    since: Annotated[Time | None, Field(description="When it begins; left out: now.")] = None
    until: Annotated[Time | None, Field(description="When it ends by itself; left out: until further notice.")] = None
    reason: _Reason


class WantedEnd(Sent):
    """Another end of a suspension."""

    until: Annotated[Time | None, Field(description="When it ends by itself; null: until further notice.")]
    reason: _Reason


class WantedResumption(Sent):
    """Why a service is resumed."""

    suspension: Annotated[
        SentId | None, Field(description="That one alone, which may be planned and then never begins; left out: all that hold now.")
    ] = None
    reason: _Reason


class SuspensionShape(SuspendedShape):
    """One suspension of a service, in force or planned."""

    id: Id
    service: Annotated[str, Field(description="Its code; it need not be in the catalogue any more.")]
    title: Annotated[Text | None, Field(description="Null where it is not in the catalogue any more.")]
    in_force: Annotated[bool, Field(description="False: planned.")]
    acts: Annotated[list[OperatorAct], Field(description="What was said of it, the newest first; for who may see that, else empty.")]


class SuspensionsShape(Shape):
    """Suspensions in force and planned, by service and in the order in which they begin."""

    items: list[SuspensionShape]
