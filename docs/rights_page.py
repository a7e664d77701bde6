"""Make ``rights.md`` from the table of rights and from the routes: ``python docs/rights_page.py``."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from gateway.api.server import ROUTES  # noqa: E402  # the path comes first when run as a script
from gateway.cases.rights.table import RIGHTS, Act, Cell  # noqa: E402  # as above
from gateway.model.code_names import ROLES  # noqa: E402  # as above

PAGE = ROOT / "docs" / "rights.md"

#: Act → its name in English and in Chinese.
_ACTS: Mapping[Act, tuple[str, str]] = {
    Act.FILE: ("file a case", "提交办件"),
    Act.CHECK: ("check what filing would say", "提交前检查"),
    Act.DRAFT: ("draft a case: begin, save, find, discard, hand over", "起草办件：新建、保存、查找、删除、移交"),
    Act.HAND_OVER_DRAFTS: ("hand over the drafts of a clerk who leaves", "移交离岗人员的草稿"),
    Act.ISSUE_RECEIPT: ("issue a party's receipt again", "补发收件凭证"),
    Act.FIND: ("find a person's cases", "按人查找办件"),
    Act.LIST: ("list cases", "列出办件"),
    Act.SEE_BOOK: ("see the day's book", "查看台账"),
    Act.READ: ("read a case: its state and steps", "查看办件的状态和环节"),
    Act.READ_FORM: ("see what was handed in", "查看提交的内容"),
    Act.SEE_OUTCOMES: ("see what departments decided, and their words", "查看部门的决定及其原话"),
    Act.SEE_ACTS: ("see what operators did, and their reasons", "查看运维人员的处置及理由"),
    Act.FOLLOW: ("follow a case's events, as a list or a stream", "跟踪办件事件（列表或事件流）"),
    Act.FOLLOW_PROGRESS: ("follow a case's progress by its code or link", "凭查询码或链接查看办件进度"),
    Act.REVISE: ("correct a case", "补正办件"),
    Act.ANSWER: ("answer what is asked of oneself, once the document's last characters were given", "核对证件末位后补正要求本人补正的内容"),
    Act.WITHDRAW: ("take a case back", "撤回办件"),
    Act.VOID: ("void a case that was filed by mistake", "作废误提交的办件"),
    Act.MOVE_DEFINITION: ("move a case to a corrected definition", "改用更正后的事项定义"),
    Act.LIST_DELIVERIES: ("list deliveries", "列出交办"),
    Act.READ_DELIVERY: ("read a delivery: its state and attempts", "查看交办的状态和各次调用"),
    Act.HEAR_FAILURES: ("see a department's words where a call failed", "查看调用失败时部门的原话"),
    Act.REPAIR: ("retry, resolve, take a resolution back", "重发、判定、撤回判定"),
    Act.REPAIR_MANY: ("retry many, stop that", "批量重发及停止"),
    Act.SEE_JOBS: ("see repairs of many, and their reasons", "查看批量任务及其理由"),
    Act.SEE_STUCK: ("look for deliveries to which nothing happens", "查找卡住的交办"),
    Act.SEE_SERVICES: ("see the services", "查看事项目录"),
    Act.SUSPEND_SERVICES: ("suspend and resume a service", "暂停事项受理、恢复受理"),
    Act.SEE_QUERIES: ("see what departments may be asked", "查看可查询的内容"),
    Act.ASK: ("ask a department a question", "向部门查询"),
    Act.SEE_DEPARTMENTS: ("see departments' health and queues", "查看部门的状况和队列"),
    Act.CONTROL_DEPARTMENTS: ("pause, resume or limit a department", "暂停、恢复、限流部门"),
    Act.RECONCILE: ("read a department's day, to compare", "对账"),
    Act.SEE_DIGEST: ("get the digest of a day", "查看每日简报"),
    Act.READ_AUDIT: ("read the audit", "查看审计"),
    Act.VERIFY: ("get the audit's signed head", "取得审计的签名链头"),
    Act.MEND_AUDIT: ("accept the audit, sign it all, change its key", "确认审计、整体签名、更换签名密钥"),
    Act.KEYS: ("make, list, group and end keys, rotate the key of commitments", "新建、列出、编组、作废密钥，更换 hmac.key"),
    Act.SEE_KEYS: ("see the keys on their page, without the keys", "在页面上查看密钥清单（不含密钥）"),
    Act.ACCOUNTS: ("make, change and end accounts and sessions", "新建、变更、停用人员账号和登录会话"),
    Act.NODES: ("see the nodes", "查看节点"),
    Act.CONFIGURATION: ("reload the configuration", "重新加载配置"),
    Act.METRICS: ("read the metrics", "读取指标"),
}

_HEAD = """\
# Rights · 权限

<!-- Made by docs/rights_page.py from gateway/cases/rights/table.py and the routes: change those and run `make docs`. -->

Who may do what, and how much of the personal data is seen with it. One function (`may` in `gateway/cases/rights/answer.py`) answers from
this table for every call, every command (a command is a call over the unix socket) and every event stream. An empty cell is no right: 403.
谁可以做什么、能看到多少个人信息。所有调用、命令（经 unix 套接字）和事件流都由同一个函数按本表判断。空格表示无权（403）。

A cell says whose · 单元格先写“谁的”：

| | is · 含义 |
|---|---|
| `party` | the one case of the receipt that the code or link stands on · 凭证所属的那一件办件 |
| `own` | the cases of the caller's group; without a group those that it filed · 本组的办件；未入组时为自己提交的 |
| `told` | deliveries handed to the caller's department, and that department · 交给本部门的交办，以及本部门 |
| `any` | all · 全部 |

and then what is seen of personal data · 再写看到的个人信息：

| | is · 含义 |
|---|---|
| `whole` | as it was given · 全文 |
| `masked` | masked, also where a text quotes it · 脱敏，引用之处也脱敏 |
| `none` | nothing: there is none in the answer, or it is left out · 不含或不给出 |

A case that is not within the cell's reach is not there: 404, whether it exists or not, for its address, its events, a filter, a repeat of
a filing. 不在范围内的办件一律 404，与不存在的相同：地址、事件、条件查询、重复提交都如此。

**Parties · 当事人.** The code and the link of a receipt open one page (`/t`), which shows progress and changes nothing: the service, the
party's surname, the steps that the service's `sees` gives the party's roles, and where one of them was returned or rejected the
department's words, masked. Of another step neither the state nor that there is one. With the last six characters of the party's document
as well, the party may answer what such a step asks for in fields that its roles see, and nothing else, for twenty minutes. Once a receipt
is issued again, what the one before had opened is closed, an open page too. 收件凭证上的查询码和链接只打开进度页（`/t`），
不能更改任何内容：事项、当事人的姓氏、事项定义（`sees`）允许其角色看到的环节，以及其中退回或不予通过时部门的原话（脱敏）。其他环节既不显示状态，也不计入。
再核对该当事人证件号码的最后 6 位后，20 分钟内可以补正这些环节要求补正、且其角色看得到的内容，其他内容一律不能改。
凭证补发后，此前打开的随即失效，已打开的页面也一样。

**Groups · 组.** Front ends of one centre share their cases by a group: `gateway key create front-end --group hall`, or
`gateway key join ID --group hall` for a key that is there. A key without one is a group of its own. A key that joins brings the cases that
it, or a key that it succeeded, filed as a group of its own. What it files from then on is the group's and stays there when the key moves
on. The same `Idempotency-Key` of two keys is two filings, in a group too. On this node a key's move holds at once, on others within five
seconds; an open event stream tells no event that came after it. 同一中心的前台系统按组共用办件；未入组的密钥自成一组。入组时带来此前提交的
办件；此后提交的归本组，换组时留下。`Idempotency-Key` 按密钥区分，同组也不共用。换组在本节点立即生效，其他节点五秒内生效；已打开的事件流
不再给出换组之后的事件。

"""


def page() -> str:
    """The page as it should be."""
    routes: dict[Act | None, list[str]] = defaultdict(list)
    for route in ROUTES:
        routes[route.act].append(f"`{route.method} {route.path}`")
    roles = list(RIGHTS)
    names = [f"{ROLES[role][1]} · {ROLES[role][0]}" for role in roles]
    lines = [_HEAD, f"## The table · 权限表\n\n| act · 事项 | {' | '.join(names)} |\n|---|{'---|' * len(roles)}\n"]
    for act, (en, zh) in _ACTS.items():
        cells = " | ".join(_cell(RIGHTS[role].get(act, {})) for role in roles)
        lines.append(f"| {en} · {zh} | {cells} |\n")
    lines.append("\n## The calls · 各调用\n\n| act · 事项 | calls · 调用 |\n|---|---|\n")
    for act, (en, zh) in _ACTS.items():
        lines.append(f"| {en} · {zh} | {'<br>'.join(routes[act]) or 'parts of answers · 应答的一部分'} |\n")
    lines.append(f"| for anybody, without a key · 任何人，无需密钥 | {'<br>'.join(routes[None])} |\n")
    return "".join(lines)


def _cell(cell: Cell) -> str:
    return "<br>".join(f"`{whose}` {seen}" for whose, seen in cell.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
