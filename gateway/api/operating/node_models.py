"""The shapes of answers about nodes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.shape import Id, Moment, Shape
from gateway.model.service import Text
from gateway.operations.watch.presence import NodeState

NodeRole = Literal["api", "dispatch"]


class NodeClaims(Shape):
    """What a node has leased: nobody else does it until the lease ends."""

    deliveries: Annotated[dict[str, int], Field(description="Deliveries under way, by department.")]
    jobs: Annotated[int, Field(description="Repairs of many deliveries that it works.")]
    until: Annotated[Moment | None, Field(description="When the last of these leases ends; null: there is none.")]


class NodeShape(Shape):
    """A process that serves or dispatches, as it says of itself."""

    id: Id
    state: Annotated[
        NodeState,
        Field(
            description=(
                "`alive`; `dead`: heard of no more for half of a lease, though it never said that it leaves (one that was only paused is "
                "alive again when it goes on); `left`: ended in order."
            )
        ),
    ]
    own: Annotated[bool, Field(description="The node that answers.")]
    host: Annotated[str | None, Field(description="Its machine; null, as all that it says of itself: it is of a version before.")]
    process: int | None
    address: Annotated[str | None, Field(description="Where it answers; null: on its unix socket alone.")]
    roles: list[NodeRole] | None
    version: str | None
    started_at: Moment
    seen_at: Annotated[Moment, Field(description="When it last said that it lives.")]
    heartbeat_age_seconds: Annotated[float, Field(description="Since then.")]
    left_at: Moment | None
    claims: NodeClaims
    next: Annotated[Text | None, Field(description="What happens to what a dead one left; null for the others.")]


class NodeList(Shape):
    """Every node that was heard of within seven days or still holds something, those that live first."""

    shared: Annotated[bool, Field(description="Whether there can be several (PostgreSQL), or one alone (SQLite).")]
    items: list[NodeShape]
