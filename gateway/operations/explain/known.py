"""The facts that an explanation is made from, and the words that all situations share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.cases.casework import RESTORED
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.identifiers import CHINA
from gateway.model.service import Text

if TYPE_CHECKING:
    from gateway.departments.openings import Opening
    from gateway.journal.store.views import DepartmentStanding
    from gateway.model.department import DepartmentConfig
    from gateway.sdk.department import Department, Operation

#: A text in Chinese and in English.
Both = tuple[str, str]

_EPOCH = datetime.fromtimestamp(0, UTC)
S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All facts that an explanation is made from."""

    delivery: Delivery
    siblings: tuple[Delivery, ...]
    standing: DepartmentStanding
    config: DepartmentConfig | None
    department: Department | type[Department] | None
    operation: Operation | None
    now: int
    opening: Opening | None

    @property
    def title(self) -> Text:
        """The department's title."""
        name = self.delivery.department
        return self.config.title if self.config else Text(zh=name, en=name)

    @property
    def when(self) -> Text:
        """The due time in words."""
        due = self.delivery.due_at
        if due is None:
            return Text(zh="轮到时", en="when its turn comes")
        if due <= self.now:
            return Text(zh="马上", en="as soon as there is a free place")
        return Text(zh=f"{clock(due)} ", en=f"at {clock(due)}")

    @property
    def calls_back(self) -> bool:
        """Tell whether the department reports its decision by itself."""
        return self.department is not None and self.department.calls_back


def so_far(known: Known) -> Both:
    """Say whether the department has the delivery, or may have it, whatever it waits for."""
    d, title = known.delivery, known.title
    if d.problem == RESTORED:
        return restored(d)
    if d.state is S.DECIDING:
        return f"{title.zh}已受理，正在办理。", f"{title.en} has it and is deciding. "
    if d.doubt_since is not None or d.state is S.IN_DOUBT:
        problem = d.problem or "-"
        return f"已发出但没有可信的答复（{problem}）。", f"No reply proves what became of it ({problem}). "
    return "", ""


def act(known: Known) -> Both:
    """Give the next act on it, as a verb that follows a time."""
    d = known.delivery
    if d.action is Action.WITHDRAW:
        return "撤回", "taken back"
    if d.action is Action.SUBMIT:
        again = d.doubt_since is not None
        return ("用同一标识重发", "sent again under its key") if again else ("发送", "sent")
    if d.action is Action.FIND and known.department is not None and not known.department.can_find:
        return "转人工处理（部门一直没有回告，又不能查询）", "held for a person (the department has not called back, and cannot be asked)"
    return "向部门查询", "asked about"


def taken(known: Known) -> Both:
    """Say that a callback is still taken, if the department makes any."""
    if known.delivery.state is S.DECIDING and known.calls_back:
        return "部门回告仍会接收；", "A callback is taken. "
    return "", ""


def joined(*parts: Both) -> Both:
    """Join texts into one."""
    return "".join(zh for zh, _ in parts), "".join(en for _, en in parts)


def restored(d: Delivery) -> Both:
    """Say that a restored journal does not know whether the delivery was sent."""
    since = clock(d.doubt_since) if d.doubt_since else "-"
    return (
        f"账本由 {since} 的备份恢复：此后是否已发给部门，无从得知。",
        f"The journal was restored from a backup of {since}: whether it went to the department after that is not known. ",
    )


def clock(microseconds: int) -> str:
    """Write a time of the journal for people, in China's time, to the second."""
    return f"{(_EPOCH + timedelta(microseconds=microseconds)).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
