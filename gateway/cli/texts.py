"""Sentences of the command about itself and its commands, and about a gateway that does not answer."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Sentence

HELP: Final = """One-Stop Gateway · 一窗网关: one application, filed once, carried to every department it needs.

Settings come from the environment (GATEWAY_CONFIG, GATEWAY_DATA, GATEWAY_PORT, …) over gateway.yaml.

Exit codes · 退出码: 0 done, yes · 1 the answer is no (not valid, not found, rejected, not verified) · 2 wrong command line ·
3 nothing was asked (no gateway, or a configuration or database that cannot be used) · 4 not decided in the time given.
"""
#: The help of each command, or group of commands, in the order of ``gateway --help``, which shows the first line.
COMMANDS: Final = {
    "serve": "Run the gateway until SIGTERM or SIGINT; prints where everything is · 启动网关.",
    "demo": """Show it: five sandboxes, a gateway, two applications, the verified audit · 演示.

Exits 0 only when everything held: all approved, one effect a delivery in the departments' ledgers, the audit verified.
""",
    "check": """Check settings, departments, plugins, services and calendars, and print every problem with file and line · 检查配置.

Exits 0 when the gateway would start with it, 1 when it would not. A plugin that cannot be loaded counts as a problem, and so does an
adapter that claims what is not true of it.
With --live nothing of that, but the running gateway: 0 when every open delivery has a next time, somebody at it or a person.
""",
    "init": "Make a configuration folder to start from: five departments as sandboxes, six services · 生成起步配置.",
    "new-adapter": """\
Write the project of a new adapter, installable and tested as it is, from a contract · 由接口文件生成部门适配器工程.

In a terminal it asks which operations are wanted when none is named; elsewhere it takes all. Exits 1 when the contract cannot be
used or the folder is there already; nothing is half done then.
""",
    "reload": "Have the running gateway read departments, services and calendar again; wrong ones change nothing · 重新加载配置.",
    "submit": """File an application · 提交办件.

Exits 0 when it is filed (with --wait: approved), 1 when it is refused or rejected, 4 when it is not decided in time.
""",
    "receipt": "Issue a party's receipt again: the query code and the link before are dead · 补发收件凭证.",
    "show": "Show an application, or one delivery with its attempts, why it stands where it stands and what happens next · 查看办件或交办.",
    "why": (
        "Say why a case stands where it stands and what happens next: itself, then each open delivery · 说明办件为何停在此处、接下来如何."
    ),
    "move": "Move an application with a held delivery to its service's current definition; then retry the delivery · 改用更正后的事项定义.",
    "void": "Void an application that was filed by mistake, as long as no department has acted · 作废误提交的办件.",
    "events": "What happened to all applications, oldest first; with --follow as it happens · 全部办件的事件.",
    "deliveries": "List deliveries, newest first, each with what happens next or what to do · 列出交办.",
    "retry": """Send again, by the resend rule of each: one delivery, or as a job all that fit (see --dry-run first) · 重新发送.

A job is worked in the background, in order of arrival; ctrl-c leaves it running (exit code 4).
""",
    "resolve": "Say what became of a delivery in doubt or held · 人工核实结果不明的交办.",
    "unresolve": "Take back what was said of a delivery, as long as nothing came of it; then resolve it rightly · 撤回判定.",
    "departments": "Show the departments: health, queue, oldest open delivery, version · 查看各部门.",
    "nodes": "Show the nodes: who lives, since when, what each holds, what a dead one left · 查看各节点.",
    "reconciliation": (
        "List what was sent to a department on one day and what it answered, for it to compare with its own record · 对账清单."
    ),
    "book": "Print what was received on a day, through whom, and where it stands, as CSV; masked, and audited · 台账.",
    "digest": "Show a day in figures, and what needs somebody now; it holds no personal data · 每日简报.",
    "backup": """Back the journal up into one file; the gateway may run or not · 备份账本.

Keys and secrets are not in it: keep the secrets folder apart. It holds personal data: keep it as you keep the data.
""",
    "restore": """Restore a backup into an empty journal, with the gateway stopped · 恢复账本.

The whole file is proven first. What may have gone out after the backup is in doubt then, and follows its resend rule; nothing is sent
before the gateway is started.
""",
    "pause": "Begin no call to a department until it is resumed; its queue waits, callbacks are taken · 暂停部门.",
    "resume": "Resume a department: its queue goes out in order · 恢复部门.",
    "limit": "Limit a department over its configuration; `configured` goes back to it · 限制部门.",
    "service": "Suspend a service with a public notice, and resume it · 事项暂停受理与恢复",
    "sandbox": """\
Run the sandboxes of the departments that are configured so; or have those that run misbehave · 启动各部门沙箱，或令其出错.

The commands speak to the sandboxes of this configuration, whether `gateway serve --sandbox` runs them or `gateway sandbox`.
""",
    "department": "Try one department out · 自检与联调单个部门",
    "jobs": "Repairs of many deliveries · 批量重试任务",
    "audit": "The tamper-evident audit · 审计",
    "key": "API keys · 访问密钥",
    "user": "Accounts of people, who sign in to the pages · 人员账号",
    "draft": "Drafts of clerks, to be handed over · 草稿",
    "secrets": "The installation's own secrets · 本机构的密钥",
}
no_answer: Final = Sentence[object]("网关没有应答：{0}", "the gateway does not answer: {0}")
