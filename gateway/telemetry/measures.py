"""Every metric: its name, its labels, what it counts, and of what. One object holds them, over registries of its own.

``docs/metrics.md`` is made from this. A test holds what is scraped, table, page and example alarms together. Labels are names from the
configuration and words of ours, never an id, a number or anything personal. One more label, ``scope``, tells whether a sample is of this
node or of the whole journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal, NamedTuple, get_args, get_type_hints

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

#: The work of one node, to be summed over the nodes, or the whole journal, the same from every node, of which one counts.
Scope = Literal["node", "journal"]

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BATCH = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Measure(NamedTuple):
    """One metric, as its annotation says it, and the ``kind`` that its class is."""

    scope: Scope
    labels: tuple[str, ...]
    zh: str
    en: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """All metrics of the gateway, in registries of its own, so that nothing global is touched.

    Those of the journal are read from it at each scrape, except ``stuck_deliveries``, which holds the watchdog's last findings. A ``route``
    is a template, and a ``result`` an outcome's kind or an error's code.
    """

    registry: CollectorRegistry  # of this node
    of_journal: CollectorRegistry
    http_requests: Annotated[Counter, "node", ("route", "method", "status"), "已答复的 HTTP 请求", "HTTP requests answered."]
    http_request_seconds: Annotated[
        Histogram, "node", ("route",), "从请求头到答复结束的秒数", "Seconds from a request's head to its answer's end."
    ]
    query_codes_unknown: Annotated[
        Counter, "node", (), "查不到的查询码（校验位有误的不计）", "Query codes with a right check that nobody has: mistakes, or guesses."
    ]
    credentials_failed: Annotated[
        Counter,
        "node",
        (),
        "密钥无效的请求，以及签名无效的回调",
        "Requests with a key, and callbacks with a signature, that were not good.",
    ]
    applications_accepted: Annotated[Counter, "node", ("service",), "已收件的办件", "Applications received."]
    attempts: Annotated[Counter, "node", ("department", "result"), "已结束的对部门的调用", "Calls to departments that ended."]
    attempt_seconds: Annotated[Histogram, "node", ("department",), "一次对部门的调用的秒数", "Seconds that a call to a department took."]
    journal_commit_seconds: Annotated[
        Histogram, "node", (), "账本一次提交的秒数，含 fsync", "Seconds that a commit of the journal took, fsync included."
    ]
    journal_batch_size: Annotated[Histogram, "node", (), "账本一次提交所含的变更", "Changes that one commit of the journal held."]
    journal_up: Annotated[
        Gauge,
        "node",
        (),
        "1：账本可写可读；0：不可，此时没有 scope 为 journal 的指标",
        "1 while the journal can be written and read, else 0, and then nothing of scope journal is told.",
    ]
    audit_broken: Annotated[
        Gauge,
        "node",
        (),
        "1：审计与签名不符，认可之前不再写入",
        "1 when the audit is not what was signed: nothing is written until it is accepted.",
    ]
    log_lines_dropped: Annotated[Counter, "node", (), "日志出口跟不上而丢弃的行", "Log lines dropped since the sink did not keep up."]
    stuck_deliveries: Annotated[
        Gauge,
        "journal",
        ("kind",),
        "不会再有任何动作的在办交办；应为 0",
        "Open deliveries that nothing will ever happen to; there should be none.",
    ]
    deliveries: Annotated[Gauge, "journal", ("department", "state"), "在办交办，按部门与状态", "Open deliveries by department and state."]
    deliveries_ended: Annotated[
        Gauge, "journal", ("department", "state"), "已办结的交办，按部门与状态", "Deliveries that have ended, by department and state."
    ]
    oldest_open_delivery_seconds: Annotated[
        Gauge,
        "journal",
        ("department",),
        "轮到该部门的最早一件在办交办自收件以来的秒数；没有则为 0",
        "Age of the oldest open delivery that is the department's turn, since it was filed; 0 when there is none.",
    ]
    applications: Annotated[Gauge, "journal", ("state",), "办件，按状态", "Applications by state."]
    applications_needing_attention: Annotated[
        Gauge, "journal", (), "有交办待人工处理或结果不明的办件", "Applications with a delivery that is held or in doubt."
    ]
    applications_past_due: Annotated[
        Gauge, "journal", ("state",), "超过承诺办结时间而未办结的办件", "Applications that have not ended by the date that was promised."
    ]
    oldest_open_application_seconds: Annotated[
        Gauge,
        "journal",
        ("state",),
        "最早一件未办结办件自收件以来的秒数；没有则为 0",
        "Age of the oldest application that has not ended, since it was filed; 0 when there is none.",
    ]
    department_breaker: Annotated[
        Gauge,
        "journal",
        ("department", "state"),
        "部门断路器所处的状态为 1，其他为 0",
        "1 for the state that the department's breaker is in, 0 for the others.",
    ]
    department_down: Annotated[
        Gauge,
        "journal",
        ("department",),
        "1：部门不可用（断路器不是 closed）",
        "1 while the department is down (its breaker is not closed), else 0.",
    ]
    department_paused: Annotated[
        Gauge, "journal", ("department",), "1：运维人员已暂停该部门", "1 while an operator has paused the department, else 0."
    ]
    department_closed: Annotated[
        Gauge,
        "journal",
        ("department",),
        "1：按受理时间或计划维护，该部门不受理",
        "1 while the department takes no work by its hours or its planned maintenance, else 0.",
    ]
    department_quota_left: Annotated[
        Gauge,
        "journal",
        ("department",),
        "今天还可以首次发给该部门的交办",
        "Deliveries that may still be handed over to the department for the first time today.",
    ]
    certificate_seconds_left: Annotated[
        Gauge,
        "node",
        ("department", "part"),
        "连接部门所用的证书（或其专用 CA）到期前的秒数",
        "Seconds until what a department is connected to with ends: our certificate, or its own CA.",
    ]
    key_seconds_left: Annotated[
        Gauge, "journal", ("role",), "某角色最先到期的密钥到期前的秒数", "Seconds until the first API key of a role ends."
    ]
    expired_keys_refused: Annotated[
        Counter, "node", (), "以已到期的密钥提出、被拒绝的请求", "Requests with an API key that has ended: they are refused."
    ]
    callbacks_by_previous_secret: Annotated[
        Counter,
        "node",
        ("department",),
        "以上一个密钥签名而通过的回调：部门尚未换用新密钥",
        "Callbacks that are good by the secret before: the department has not changed over yet.",
    ]
    sign_ins: Annotated[
        Counter,
        "node",
        ("result",),
        "登录，按结果：signed_in 成功，failed 失败，locked 因失败过多而未尝试",
        "Sign-ins by result: signed_in, failed, or locked, not tried after too many failures.",
    ]
    sessions_open: Annotated[
        Gauge, "journal", (), "未结束的登录会话（含闲置的）", "Sessions of people that nobody has ended, idle ones among them."
    ]
    nodes_alive: Annotated[Gauge, "journal", (), "在运行的节点（SQLite：恒为 1）", "Nodes that live (SQLite: always 1)."]
    deliveries_left_by_dead_nodes: Annotated[
        Gauge,
        "journal",
        (),
        "失联节点占用、尚未被接管的交办",
        "Deliveries that nodes which are dead have under way still: nobody has taken them over yet.",
    ]


def _measure(field: str, hint: object) -> tuple[str, Measure]:
    kind, scope, labels, zh, en = get_args(hint)
    return f"gateway_{field}{'_total' if kind is Counter else ''}", Measure(scope, labels, zh, en, kind.__name__.lower())


_METRICS: Final = {field: hint for field, hint in get_type_hints(Metrics, include_extras=True).items() if get_args(hint)}
#: By their full names.
MEASURES: Final[dict[str, Measure]] = dict(_measure(field, hint) for field, hint in _METRICS.items())


def create_metrics(registry: CollectorRegistry) -> Metrics:
    """Register every metric on ``registry`` or on the journal's own. Raises ValueError if ``registry`` has one of them already."""
    registries: dict[Scope, CollectorRegistry] = {"node": registry, "journal": CollectorRegistry()}
    made: dict[str, Counter | Gauge | Histogram] = {}
    for field, (name, measure) in zip(_METRICS, MEASURES.items(), strict=True):
        said, into = (name, measure.en, measure.labels), registries[measure.scope]
        if measure.kind == "histogram":
            made[field] = Histogram(*said, registry=into, buckets=_BATCH if field == "journal_batch_size" else _FAST)
        else:
            made[field] = (Counter if measure.kind == "counter" else Gauge)(*said, registry=into)
    return Metrics(registry=registry, of_journal=registries["journal"], **made)  # type: ignore[arg-type]  # each is of its field's class


def exposition(metrics: Metrics, *, journal: bool) -> bytes:
    """Write all metrics in Prometheus' text format, those of the journal only if it could be read.

    The start times of series (``_created``) are left out, because Prometheus takes them for metrics of their own.
    """
    text = generate_latest(_Scoped(metrics.registry, "node"))
    return text + generate_latest(_Scoped(metrics.of_journal, "journal")) if journal else text


class _Scoped(Collector):
    """A registry whose samples each carry their scope."""

    def __init__(self, registry: CollectorRegistry, scope: Scope) -> None:
        self._registry = registry
        self._scope = scope

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        for family in self._registry.collect():
            created = f"{family.name}_created"
            family.samples = [
                sample._replace(labels={**sample.labels, "scope": self._scope}) for sample in family.samples if sample.name != created
            ]
            yield family
