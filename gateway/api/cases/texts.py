"""Titles of the code lists and of places in an application, and texts of queries in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text

LISTS: Final[Mapping[str, Text]] = {
    "application_states": Text(zh="办件状态", en="States of an application"),
    "end_reasons": Text(zh="办件因何办结", en="Why an application ended"),
    "delivery_states": Text(zh="交办状态", en="States of a delivery"),
    "skip_reasons": Text(zh="不适用的原因", en="Why a step is skipped"),
    "outcomes": Text(zh="部门的答复", en="What a department says"),
    "events": Text(zh="事件", en="Events of an application, and entries of the audit"),
    "failures": Text(zh="失败代码", en="Why a call gave no outcome, or a delivery stands (`problem`)"),
    "party_kinds": Text(zh="当事人的种类", en="Kinds of parties"),
    "actions": Text(zh="对部门的调用", en="Calls to a department"),
    "channels": Text(zh="办理形式（GB/T 39046）", en="How an application is handed in (GB/T 39046)"),
    "id_types": Text(zh="证件类型（GA/T 2000.156）", en="Types of document (GA/T 2000.156)"),
    "resend_rules": Text(zh="没有收到答复时", en="What a lost reply means"),
    "answered_by": Text(zh="怎样答复", en="How a department answered"),
    "availability": Text(zh="部门受理时间", en="Whether a department takes work now"),
    "breaker_states": Text(zh="部门可用状态", en="Whether a department works"),
    "tiers": Text(zh="适配器等级", en="How far an adapter is"),
    "job_states": Text(zh="批量任务状态", en="States of a job"),
    "job_results": Text(zh="批量任务结果", en="What a job does to a delivery"),
    "acts": Text(zh="运维人员的处置", en="What operators did (`acts`)"),
    "node_states": Text(zh="节点状态", en="States of a node"),
    "node_roles": Text(zh="节点职责", en="What a node does"),
    "stuck_kinds": Text(zh="停滞的情形", en="How a delivery is stuck"),
    "ending_kinds": Text(zh="将到期的凭据种类", en="Kinds of secrets that end"),
    "roles": Text(zh="密钥和人员的角色", en="Roles of keys and of people"),
    "problems": Text(zh="问题种类", en="Kinds of problems"),
    "formats": Text(zh="格式", en="Formats"),
    "words": Text(zh="扩展词", en="Words of our own in schemas"),
    "departments": Text(zh="部门", en="Departments"),
    "operations": Text(zh="部门的业务（部门.业务）", en="What departments do (department.operation)"),
    "services": Text(zh="事项", en="Services"),
    "steps": Text(zh="环节（事项.环节）", en="Steps (service.step)"),
}

#: Places in an application that no form titles.
PLACES: Final[Mapping[str, Text]] = {
    "applicant": Text(zh="申请人", en="Applicant"),
    "agent": Text(zh="代办人", en="Agent"),
}

PURPOSE: Final = Text(zh="查询用途；留存，并在审计中记其承诺值。", en="What it is asked for; kept, and committed to in the audit.")
#: An example of what a caller sends, in either language.
EXAMPLE_PURPOSE: Final = "购房资格核验"
