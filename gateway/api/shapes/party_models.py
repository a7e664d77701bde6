"""The shapes of parties: who they are to a service, who they are in a case, and what each may see."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.shapes.shape import Id, Moment, Shape
from gateway.model.case import PartyKind
from gateway.model.service import Text

RoleNames = Annotated[list[str], Field(description="Names of roles, as `parties` of the service has them; `applicant` is who handed in.")]


class PartyShape(Shape):
    """One person or organisation of a case, however many roles they have in it."""

    id: Annotated[Id | None, Field(description="Null in a case from before parties were kept, where only the applicant is known.")]
    roles: RoleNames
    kind: PartyKind
    acts_for: Annotated[Id | None, Field(description="The party for whom the applicant acts (经办人).")]
    name: Annotated[str | None, Field(description="Whole for who filed it, masked for operators, null for auditors.")]


class ReceiptShape(Shape):
    """What somebody is given on paper when a case is handed in (收件凭证). It is not the acceptance (受理)."""

    number: Annotated[str, Field(description="办件编号.")]
    received_at: Moment
    roles: RoleNames
    query_code: Annotated[str, Field(description="Ten characters by which progress is followed; of the centre, never of one service.")]
    link: Annotated[str, Field(description="The same by a link (or its QR code), relative to the site's address.")]


class PartyRoleShape(Shape):
    """A role that somebody has in every case of the service."""

    role: str
    title: Text
    kind: PartyKind
    at: Annotated[str, Field(description="The path of the object in an application that says who that is.")]
    must_sign: bool
    must_be_present: bool
    acts_for: Annotated[str | None, Field(description="The role for which the applicant acts (经办人).")]
    contacts: Annotated[str | None, Field(description="The path of a phone.")]
    when: Annotated[str | None, Field(description="JMESPath; there is such a party when it is true, always when null.")]


class SeenStepShape(Shape):
    """A step whose state and answers a role sees."""

    name: str
    title: Text


class SeenPath(Shape):
    """A place in an application that a role sees, with all that stands there."""

    path: Annotated[str, Field(description="Dotted, from `applicant`, `agent` or `data`.")]
    title: Text


class RoleSightShape(Shape):
    """What a role sees of a case: nothing else of it, of another step only that there is one."""

    role: str
    title: Text
    steps: list[SeenStepShape]
    paths: list[SeenPath]


class ServiceParties(Shape):
    """Who the people of a service's cases are, and what each sees."""

    parties: Annotated[list[PartyRoleShape], Field(description="The applicant's role is there, named by the service or not.")]
    sees: Annotated[list[RoleSightShape], Field(description="Of each role; somebody who has several sees what each of them may.")]
