"""Every event that is logged: its name, what it means and its fields.

``docs/logs.md`` is made from this. A test holds code, table and page together.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from gateway.model import JsonView


class LogEvent(NamedTuple):
    """One event name of the logs."""

    fields: tuple[str, ...]
    zh: str
    en: str


CASE = ("application", "trace_id")

#: The delivery's :data:`CALL_FIELDS`, which every line carries that anybody logs during a call to a department.
CALL: ContextVar[JsonView | None] = ContextVar("gateway_call", default=None)
CALL_FIELDS = (*CASE, "delivery", "department", "attempt")

EVENTS: dict[str, LogEvent] = {
    "access_refused": LogEvent(
        ("method", "route", "id", "status", "request_id", "key", "address", "actor"),
        "请求没有权限；key 为所用密钥的标识（包括已作废的）",
        "a request without the right to be made; key is the id of the key it brought, one that was revoked too",
    ),
    "account_forged": LogEvent(
        ("account", "session"),
        "数据库中的账号（或登录会话）不是网关建立的，或被改过：不予承认；运行 gateway audit verify 查明",
        "an account or a session in the database was not made by the gateway, or was changed: it opens nothing; see gateway audit verify",
    ),
    "adapter_failed": LogEvent(
        (*CALL_FIELDS, "operation", "error", "at"), "适配器出错（程序缺陷）", "a bug in an adapter: its type and place"
    ),
    "answer_locked": LogEvent(
        ("application", "party"),
        "补正时证件末位多次输错：该凭证暂停补正",
        "too many wrong tries at the last characters of a document: that receipt answers nothing for a while",
    ),
    "application_accepted": LogEvent((*CASE, "number", "service"), "办件已收件并入账", "an application is in the journal"),
    "application_voided": LogEvent(("application", "actor"), "办件已作废", "an application that was filed by mistake was voided"),
    "application_withdrawal_asked": LogEvent(("application",), "申请人要求撤回", "the applicant takes it back"),
    "attempt_ended": LogEvent(
        (*CASE, "delivery", "step", "department", "operation", "action", "attempt", "result", "state", "stale", "seconds", "detail"),
        "一次对部门的调用结束",
        "a call to a department ended: what it said and where the delivery stands now",
    ),
    "audit_accepted": LogEvent(
        ("problems", "actor"), "有人按当时状态认可了审计", "a person took the audit as it was found, with so many problems"
    ),
    "audit_broken": LogEvent(
        ("problem",),
        "告警：审计与签名不符，停止写入，直至 gateway audit accept",
        "alarm: the audit is not what was signed; nothing is written until gateway audit accept",
    ),
    "audit_head": LogEvent(("journal", "heads", "signature", "at"), "审计链的签名头", "the signed heads of the audit chains"),
    "audit_public_key_not_kept": LogEvent(
        ("error",),
        "审计公钥无法写入密钥目录（只读？）：请把 gateway audit public-key 的输出另存为 audit-public-key.pem",
        "the audit's public key cannot be kept in the secrets folder (read-only?): put what gateway audit public-key prints there "
        "as audit-public-key.pem",
    ),
    "calendar_missing": LogEvent(
        ("year", "department"),
        "告警：缺少该年度的官方日历，无法计算期限；有 department 时：该部门的受理时间无法确定，不派送",
        "alarm: no official calendar for the year: no time limit is computed; with department: its hours are not known, nothing is sent",
    ),
    "callback_by_previous_secret": LogEvent(
        ("department",),
        "回调按更换前的密钥验证通过：对方尚未改用新密钥",
        "a callback is good by the secret before the rotation: the department has not changed over yet",
    ),
    "callback_received": LogEvent(("department", "standing", "outcome"), "收到部门回调", "a department called back"),
    "callback_refused": LogEvent(
        ("department", "code"),
        "回调未通过验证（安全事件），或内容不合约定",
        "a callback that is not authentic (security) or breaks the contract",
    ),
    "certificate_expired": LogEvent(
        ("department", "part", "until", "days"),
        "告警：与该部门连接所用的证书（certificate：本方证书；ca：对方 CA）已过期：请换上新证书，无须重启",
        "alarm: what a department is connected to with (our certificate, or its own CA) has expired: put a renewed one in place",
    ),
    "certificate_expires": LogEvent(
        ("department", "part", "until", "days"),
        "与该部门连接所用的证书即将到期（提前 30、7、1 天各提示一次）：请换上新证书，无须重启",
        "what a department is connected to with ends soon (told 30, 7 and 1 days before): put a renewed one in place, no restart needed",
    ),
    "claim_failed": LogEvent(("error",), "认领到期交办失败", "due deliveries could not be claimed"),
    "clock_moved": LogEvent(
        ("seconds",), "主机时钟被调整，到期时间已随之移动", "the host's clock was set; what was to wait waits as long as before"
    ),
    "configuration_refused": LogEvent(
        ("problem",),
        "重新加载被拒绝：配置有误（每处一行），原配置继续有效",
        "a reload was refused: one line a problem; what held before holds",
    ),
    "configuration_reloaded": LogEvent(
        ("services", "departments", "restart_needed", "actor"),
        "配置已重新加载；restart_needed 须重启才生效",
        "the configuration was reloaded: what changed; restart_needed takes effect at the next start only",
    ),
    "connection_failed": LogEvent(("status", "error"), "连接上的 HTTP 无法读取", "HTTP on a connection could not be read"),
    "definition_moved": LogEvent(
        (*CASE, "steps", "actor"),
        "办件改用更正后的事项定义；steps 为请求内容改变的环节",
        "a case was moved to a corrected definition: steps whose request changed",
    ),
    "credentials_failing": LogEvent(
        ("address", "key", "department", "failures"),
        "告警：某地址（或某把已作废的密钥、某部门的回调）多次凭据无效，已放慢；平静之前不再逐条记录",
        "alarm: too many credentials fail from an address (or with a revoked key, or in callbacks); told once, until it is over",
    ),
    "deliveries_recovered": LogEvent(
        ("applications", "in_doubt"),
        "接管了中断的节点（或上次运行）未完成的交办；in_doubt：其中等人核实的数目",
        "what an earlier run, or a dead node, had under way was taken over; in_doubt: so many deliveries of it wait for a person",
    ),
    "delivery_in_doubt": LogEvent(
        ("application", "delivery", "step", "department", "problem"),
        "接管的交办可能已办理，且不得自动重发：请向部门核实后 gateway resolve（每轮至多 100 行）",
        "it was being sent when its node ended, and is not sent again by itself: ask the department, then gateway resolve (100 a round)",
    ),
    "delivery_resolved": LogEvent(("delivery", "happened", "actor"), "操作员判定了存疑交办", "an operator settled a doubt"),
    "delivery_retried": LogEvent(("delivery", "actor"), "操作员要求重新发送", "an operator asked for it to be sent again"),
    "delivery_stuck": LogEvent(
        ("delivery", "department", "kind"),
        "告警：交办既无下一次时间、也无人在办",
        "alarm: an open delivery has neither a next time nor anybody at it",
    ),
    "delivery_waits": LogEvent(
        (*CASE, "delivery", "step", "department", "why", "since", "until"),
        "交办开始等待部门，每个原因只记一次，之后自行继续。why：down（不可用）、stopped（凭据被拒）、closed（不在受理时间）、"
        "maintenance（维护）、calendar_missing（缺日历）、quota（限额用完）、busy（部门要求稍后）、limit（并发或速率已满）、"
        "paused（已暂停，待恢复）、no_adapter（没有适配器，待安装）；since：部门何时起如此；until：最早何时继续（down、stopped：下次探测）",
        "a delivery begins to wait for its department: told once a reason, it goes on by itself. why: down, stopped (credentials refused), "
        "closed, maintenance, calendar_missing, quota, busy (it said when to come back), limit (concurrency or rate), paused (until it is "
        "resumed), no_adapter (until there is one); since: the department is so; until: at the earliest (down, stopped: the next probe)",
    ),
    "department_back": LogEvent(("department", "down_seconds"), "部门恢复", "a department is back"),
    "department_down": LogEvent(("department", "problem", "failures"), "部门不可用，已断路", "a department is down: its breaker is open"),
    "department_limits": LogEvent(
        ("department", "concurrency", "rate_per_second", "actor"),
        "操作员更改了部门限额（空：按配置）",
        "an operator's limits of a department hold now (null: as configured)",
    ),
    "department_paused": LogEvent(
        ("department", "actor"), "操作员暂停了部门，不再发起任何调用", "an operator paused a department: no call is begun"
    ),
    "department_resumed": LogEvent(("department", "actor"), "操作员恢复了部门", "an operator resumed a department"),
    "department_stopped": LogEvent(
        ("department", "problem"),
        "告警：凭据被部门拒绝，停止派送，只定时探测（每分钟一次，见 breaker.open_seconds）",
        "alarm: our credentials were refused; nothing is sent but a probe (each minute, see breaker.open_seconds)",
    ),
    "draft_begun": LogEvent(("draft", "service", "actor"), "窗口人员开始起草办件", "a clerk began a draft"),
    "draft_discarded": LogEvent(("draft", "actor"), "窗口人员删除了草稿", "a clerk discarded a draft"),
    "draft_filed": LogEvent(
        ("draft", "application", "created", "actor"),
        "草稿已提交；created 为 false 表示此前已有人提交",
        "a draft was filed; created is false where somebody had filed it before",
    ),
    "drafts_expired": LogEvent(("drafts",), "过期的草稿已清除", "drafts that had expired were erased"),
    "drafts_handed_over": LogEvent(("drafts", "account", "actor"), "草稿已移交给同事", "drafts were handed over to another clerk"),
    "endpoint_unencrypted": LogEvent(
        ("department",),
        "与该部门的连接未加密（http://，且不在本机）：个人信息与凭据可被旁听",
        "a department elsewhere is spoken to over http://: personal data and credentials can be read on the way",
    ),
    "gateway_started": LogEvent(("url", "version", "departments", "services"), "网关已启动", "the gateway serves"),
    "gateway_stopped": LogEvent((), "网关已停止", "the gateway has stopped"),
    "gateway_stopping": LogEvent((), "网关正在停止", "the gateway takes nothing new and ends the calls under way"),
    "housekeeping_failed": LogEvent(("error",), "例行检查出错", "a round of what a node looks after by itself failed"),
    "expired_key_used": LogEvent(
        ("key", "role"),
        "有人在用已到期的访问密钥，已拒绝（每把只提示一次；次数见 gateway_expired_keys_refused_total）：请换用新密钥",
        "an API key that has ended is still used, and refused; said once of each (gateway_expired_keys_refused_total counts)",
    ),
    "hmac_key_rotated": LogEvent(
        ("keys",),
        "承诺与摘要的密钥已更换；keys 为重新签过的访问密钥数",
        "another key makes commitments, indexes, digests and MACs; keys: how many API keys got a new MAC",
    ),
    "key_expired": LogEvent(
        ("key", "role", "until"), "无接替者的密钥已到期，此后拒绝", "an API key without a successor has ended: it is refused from now on"
    ),
    "key_expires": LogEvent(
        ("key", "role", "until", "days"),
        "无接替者的密钥即将到期（提前 30、7、1 天各提示一次）：用 gateway key rotate 新建接替的密钥",
        "an API key without a successor ends soon (told 30, 7 and 1 days before): make one with gateway key rotate",
    ),
    "key_forged": LogEvent(
        ("key", "role"),
        "数据库中的密钥不是网关签发的，或被改过：不予承认；运行 gateway audit verify 查明",
        "a key in the database was not made by the gateway, or was changed: it is not recognised; see gateway audit verify",
    ),
    "job_begun": LogEvent(("job", "selected", "actor"), "批量重试已开始", "a retry of many deliveries was begun"),
    "job_ended": LogEvent(("job", "released", "passed_over"), "批量重试已结束", "a retry of many has looked at every delivery"),
    "job_failed": LogEvent(("job", "error"), "批量重试出错，稍后再试", "a retry of many met an error: it is tried again"),
    "job_stopped": LogEvent(("job", "actor"), "批量重试被停止", "an operator stopped a retry of many"),
    "journal_awaited": LogEvent(
        ("process", "holder"),
        "账本文件正由另一进程占用，等待其放手（至多 lock_seconds 秒）；holder：command 为命令，stopping 为正在停止的网关",
        "another process has the journal's file: it is waited for, lock_seconds at most; holder: command, stopping (a gateway), unknown",
    ),
    "journal_broken": LogEvent(
        ("error",),
        "磁盘或数据库上的内容与本进程所写不符，进程退出，须重新启动",
        "what is stored is not what this process wrote: it ends and has to be started anew",
    ),
    "journal_failed": LogEvent(("error",), "账本无法写入", "the journal cannot be written"),
    "loop_blocked": LogEvent(
        ("department", "at", "seconds"),
        "事件循环被适配器阻塞（程序缺陷）",
        "something blocked the event loop: whose adapter it is, and where",
    ),
    "plugin_deprecated": LogEvent(
        ("plugin", "problem"), "插件所用的 SDK 版本将被淘汰", "a plugin is written for a version of the SDK that will go: what to do"
    ),
    "plugin_disabled": LogEvent(("plugin", "problem"), "插件被停用及原因", "a plugin is disabled, and why"),
    "presence_failed": LogEvent(("error",), "节点未能报告自己在运行（程序缺陷）", "this node could not say that it lives: a bug"),
    "query_failed": LogEvent(("department", "operation", "result"), "向部门的查询没有答复", "a question to a department got no answer"),
    "query_codes_guessed": LogEvent(
        ("waiting", "address"),
        "来自该地址的查询码有很多查不到（可能是猜测），答复已放慢",
        "many query codes from that address are nobody's, which may be guesses: they are answered slowly",
    ),
    "receipt_issued": LogEvent(("application", "party", "actor"), "收件凭证已补发，旧的查询码和链接作废", "a receipt was issued again"),
    "record_failed": LogEvent(("error", "change"), "结果未能入账（程序缺陷）", "a result could not be recorded: a bug"),
    "request_failed": LogEvent(
        ("method", "route", "request_id", "trace_id", "error", "at"), "请求处理出错（程序缺陷）", "a request failed: a bug"
    ),
    "request_not_made": LogEvent(
        ("delivery", "department", "error"), "无法生成发给部门的请求，已转人工", "a department's request could not be made: it is held"
    ),
    "request_answered": LogEvent(
        ("method", "route", "id", "status", "request_id", "trace_id", "key", "address", "actor", "seconds"),
        "回答了一个凭密钥（或经本机套接字）的请求：哪把密钥、来自何处、关于什么",
        "a request with a key (or over this machine's socket) was answered: whose key, where it came from, what it was about",
    ),
    "resolution_taken_back": LogEvent(
        ("delivery", "actor"), "操作员撤回了判定，交办重新存疑", "an operator took back what was said of a delivery: it is in doubt again"
    ),
    "revision_filed": LogEvent((*CASE, "revision"), "补正后的新版本已入账", "a revision is in the journal"),
    "service_resumed": LogEvent(("service", "actor"), "事项提前恢复受理", "a service was resumed before its suspension's end"),
    "service_suspended": LogEvent(
        ("service", "since", "until", "actor"),
        "事项暂停受理：不收新件，在办的照常（时刻为微秒；until 空：另行通知）",
        "a service is, or will be, suspended: nothing new is taken (microseconds; until null: further notice)",
    ),
    "sign_in_locked": LogEvent(
        ("account", "address"),
        "登录失败过多：该登录名锁定一刻钟；account 为空：没有这个账号",
        "too many sign-ins failed: that login is locked for a quarter of an hour; account is empty where there is none",
    ),
    "tls_refused": LogEvent(
        ("department", "problem"),
        "告警：新放入的证书、私钥或 CA 不可用，仍用原来的",
        "alarm: a renewed certificate, key or CA cannot be used, and why; what works is kept",
    ),
    "tls_renewed": LogEvent(
        ("department", "until"),
        "新证书已启用：新连接使用新证书，进行中的调用不受影响",
        "a renewed certificate, key or CA is used for new connections; calls under way end on theirs",
    ),
    "watchdog_failed": LogEvent(("error",), "无法检查停滞的交办", "the watchdog could not look"),
}

#: Fields that the log itself puts on a line.
STANDARD = frozenset({"timestamp", "severity_text", "event", "service.name", "logger", "exception", "error", "trace_id", "span_id"})

#: Names of fields that may be on a line: any other is dropped, so that no payload is ever logged.
ALLOWED = STANDARD | {name for event in EVENTS.values() for name in event.fields}
