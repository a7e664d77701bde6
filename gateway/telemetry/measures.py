"""Every metric: its name, its labels, what it counts, and of what.

``docs/metrics.md`` is made from this. A test holds what is scraped, table, page and example alarms together.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: The work of one node, to be summed over the nodes, or the whole journal, the same from every node, of which one counts.
Scope = Literal["node", "journal"]


class Measure(NamedTuple):
    """One metric."""

    scope: Scope
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    zh: str
    en: str


MEASURES: Final[dict[str, Measure]] = {
    "gateway_http_requests_total": Measure(
        "node", "counter", ("route", "method", "status"), "已答复的 HTTP 请求", "HTTP requests answered."
    ),
    "gateway_http_request_seconds": Measure(
        "node", "histogram", ("route",), "从请求头到答复结束的秒数", "Seconds from a request's head to its answer's end."
    ),
    "gateway_credentials_failed_total": Measure(
        "node",
        "counter",
        (),
        "密钥无效的请求，以及签名无效的回调",
        "Requests with a key, and callbacks with a signature, that were not good.",
    ),
    "gateway_applications_accepted_total": Measure("node", "counter", ("service",), "已受理的办件", "Applications accepted."),
    "gateway_attempts_total": Measure(
        "node", "counter", ("department", "result"), "已结束的对部门的调用", "Calls to departments that ended."
    ),
    "gateway_attempt_seconds": Measure(
        "node", "histogram", ("department",), "一次对部门的调用的秒数", "Seconds that a call to a department took."
    ),
    "gateway_journal_commit_seconds": Measure(
        "node", "histogram", (), "账本一次提交的秒数，含 fsync", "Seconds that a commit of the journal took, fsync included."
    ),
    "gateway_journal_batch_size": Measure(
        "node", "histogram", (), "账本一次提交所含的变更", "Changes that one commit of the journal held."
    ),
    "gateway_journal_up": Measure(
        "node",
        "gauge",
        (),
        "1：账本可写可读；0：不可，此时没有 scope 为 journal 的指标",
        "1 while the journal can be written and read, else 0, and then nothing of scope journal is told.",
    ),
    "gateway_audit_broken": Measure(
        "node",
        "gauge",
        (),
        "1：审计与签名不符，认可之前不再写入",
        "1 when the audit is not what was signed: nothing is written until it is accepted.",
    ),
    "gateway_log_lines_dropped_total": Measure(
        "node", "counter", (), "日志出口跟不上而丢弃的行", "Log lines dropped since the sink did not keep up."
    ),
    "gateway_stuck_deliveries": Measure(
        "journal",
        "gauge",
        ("kind",),
        "不会再有任何动作的在办交办；应为 0",
        "Open deliveries that nothing will ever happen to; there should be none.",
    ),
    "gateway_deliveries": Measure(
        "journal", "gauge", ("department", "state"), "在办交办，按部门与状态", "Open deliveries by department and state."
    ),
    "gateway_deliveries_ended": Measure(
        "journal", "gauge", ("department", "state"), "已办结的交办，按部门与状态", "Deliveries that have ended, by department and state."
    ),
    "gateway_oldest_open_delivery_seconds": Measure(
        "journal",
        "gauge",
        ("department",),
        "轮到该部门的最早一件在办交办自受理以来的秒数；没有则为 0",
        "Age of the oldest open delivery that is the department's turn, since it was filed; 0 when there is none.",
    ),
    "gateway_applications": Measure("journal", "gauge", ("state",), "办件，按状态", "Applications by state."),
    "gateway_applications_needing_attention": Measure(
        "journal", "gauge", (), "有交办待人工处理或结果不明的办件", "Applications with a delivery that is held or in doubt."
    ),
    "gateway_applications_past_due": Measure(
        "journal", "gauge", ("state",), "超过承诺办结时间而未办结的办件", "Applications that have not ended by the date that was promised."
    ),
    "gateway_oldest_open_application_seconds": Measure(
        "journal",
        "gauge",
        ("state",),
        "最早一件未办结办件自受理以来的秒数；没有则为 0",
        "Age of the oldest application that has not ended, since it was filed; 0 when there is none.",
    ),
    "gateway_department_breaker": Measure(
        "journal",
        "gauge",
        ("department", "state"),
        "部门断路器所处的状态为 1，其他为 0",
        "1 for the state that the department's breaker is in, 0 for the others.",
    ),
    "gateway_department_down": Measure(
        "journal",
        "gauge",
        ("department",),
        "1：部门不可用（断路器不是 closed）",
        "1 while the department is down (its breaker is not closed), else 0.",
    ),
    "gateway_department_paused": Measure(
        "journal", "gauge", ("department",), "1：运维人员已暂停该部门", "1 while an operator has paused the department, else 0."
    ),
    "gateway_department_closed": Measure(
        "journal",
        "gauge",
        ("department",),
        "1：按受理时间或计划维护，该部门不受理",
        "1 while the department takes no work by its hours or its planned maintenance, else 0.",
    ),
    "gateway_department_quota_left": Measure(
        "journal",
        "gauge",
        ("department",),
        "今天还可以首次发给该部门的交办",
        "Deliveries that may still be handed over to the department for the first time today.",
    ),
    "gateway_certificate_seconds_left": Measure(
        "node",
        "gauge",
        ("department", "part"),
        "连接部门所用的证书（或其专用 CA）到期前的秒数",
        "Seconds until what a department is connected to with ends: our certificate, or its own CA.",
    ),
    "gateway_key_seconds_left": Measure(
        "journal", "gauge", ("role",), "某角色最先到期的密钥到期前的秒数", "Seconds until the first API key of a role ends."
    ),
    "gateway_expired_keys_refused_total": Measure(
        "node", "counter", (), "以已到期的密钥提出、被拒绝的请求", "Requests with an API key that has ended: they are refused."
    ),
    "gateway_callbacks_by_previous_secret_total": Measure(
        "node",
        "counter",
        ("department",),
        "以上一个密钥签名而通过的回调：部门尚未换用新密钥",
        "Callbacks that are good by the secret before: the department has not changed over yet.",
    ),
    "gateway_sign_ins_total": Measure(
        "node",
        "counter",
        ("result",),
        "登录，按结果：signed_in 成功，failed 失败，locked 因失败过多而未尝试",
        "Sign-ins by result: signed_in, failed, or locked, not tried after too many failures.",
    ),
    "gateway_sessions_open": Measure(
        "journal", "gauge", (), "未结束的登录会话（含闲置的）", "Sessions of people that nobody has ended, idle ones among them."
    ),
    "gateway_nodes_alive": Measure("journal", "gauge", (), "在运行的节点（SQLite：恒为 1）", "Nodes that live (SQLite: always 1)."),
    "gateway_deliveries_left_by_dead_nodes": Measure(
        "journal",
        "gauge",
        (),
        "失联节点占用、尚未被接管的交办",
        "Deliveries that nodes which are dead have under way still: nobody has taken them over yet.",
    ),
}
