"""Sentences of the pages of what is only shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

ONLY_SHOWN: Final = Text(
    zh="这里只显示。要改动，请在网关的机器上改文件或运行旁边的命令；改动会记入审计。",
    en="It is only shown here. What is to change is changed in the files or by the command beside, on the gateway's machine, and audited.",
)
ALL_IS_WELL: Final = Text(zh="没有需要留意的。", en="There is nothing to see to.")
TO_SEE_TO: Final = Text(zh="需要留意", en="To see to")
NODES: Final = Text(zh="节点", en="Nodes")
THIS_NODE: Final = Text(zh="本节点", en="this one")
STANDING_NOW: Final = Text(zh="状态", en="State")
WHERE_IT_RUNS: Final = Text(zh="位置", en="Where")
process_on: Final = TextOf[str, int]("{0}，进程 {1}", "{0}, process {1}")
ON_ITS_SOCKET: Final = Text(zh="只在 unix 套接字上", en="on its unix socket alone")
NODE_ROLES: Final = Text(zh="任务", en="What it does")
VERSION: Final = Text(zh="版本", en="Version")
RUNS_SINCE: Final = Text(zh="启动", en="Since")
LAST_SIGN: Final = Text(zh="最近消息", en="Last heard of")
HOLDS: Final = Text(zh="手上的工作", en="Holds")
nothing_or: Final = TextOf[int, int]("交办 {0} · 批量 {1}", "deliveries {0} · jobs {1}")
SERVICES_HELD: Final = Text(zh="事项", en="Services")
DEPARTMENTS_HELD: Final = Text(zh="部门", en="Departments")
DIGEST: Final = Text(zh="摘要", en="Digest")
CAN_BE_FILED: Final = Text(zh="可办", en="can be filed")
CANNOT_BE_FILED: Final = Text(zh="暂不可办", en="cannot be filed")
ADAPTER: Final = Text(zh="适配器", en="Adapter")
CERTIFICATES: Final = Text(zh="证书到期", en="Certificates end")
ENABLED: Final = Text(zh="启用", en="enabled")
NOT_ENABLED: Final = Text(zh="未启用", en="not enabled")
BROKEN: Final = Text(zh="不可用", en="broken")
OWN_CERTIFICATE: Final = Text(zh="本方", en="ours")
THEIR_CA: Final = Text(zh="对方 CA", en="their CA")
BY_COMMAND: Final = Text(zh="命令", en="By command")
TO_RELOAD: Final = Text(zh="改过文件后重新加载", en="after a file was changed")
TO_CHECK: Final = Text(zh="先检查文件有没有错", en="to see first whether the files are right")
TO_SEE_NODES: Final = Text(zh="在命令行看节点", en="the nodes on the command line")

#: Parts of readiness by name.
PARTS: Final[Mapping[str, Text]] = {
    "journal": Text(zh="账本", en="Journal"),
    "audit": Text(zh="审计", en="Audit"),
    "departments": Text(zh="部门", en="Departments"),
    "catalogue": Text(zh="事项目录", en="Catalogue"),
    "configuration": Text(zh="配置", en="Configuration"),
    "certificates": Text(zh="证书", en="Certificates"),
    "keys": Text(zh="密钥", en="Keys"),
}

#: The meaning of what is wrong with each, beside the gateway's own words, which are English.
MEANS: Final[Mapping[str, Text]] = {
    "journal": Text(zh="账本暂时写不进：新件收不了，已收的都在。", en="It cannot be written: nothing is taken, and all that was is safe."),
    "audit": Text(zh="审计与签名不符，网关已停止写入。", en="It is not what was signed: nothing is written."),
    "departments": Text(zh="有部门的适配器不可用，它的件都排着。", en="A department's adapter cannot be used. What is for it waits."),
    "catalogue": Text(zh="事项目录有问题。", en="Something is wrong with it."),
    "configuration": Text(
        zh="上一次重新加载被拒，仍按原来的配置运行：用 gateway check 看哪里有错。",
        en="The last reload was refused, and what held before still does: `gateway check` says what is wrong.",
    ),
    "certificates": Text(zh="有证书用不了，或即将到期。", en="A certificate cannot be used, or ends soon."),
    "keys": Text(zh="有密钥刚到期或即将到期。", en="A key has ended lately, or ends soon."),
}

KEY_LEAD: Final = Text(
    zh="前台、部门和程序凭密钥调用网关。密钥本身不保存，谁也看不到；新建、更换和作废只在网关的机器上用命令进行。",
    en="Front ends, departments and programs call the gateway with a key. Nobody can see one again: they are made, replaced and ended by "
    "command, on the gateway's machine.",
)
keys_in_force: Final = TextOf[int, int]("{0} 把密钥有效，其中 {1} 把即将到期", "Keys in force: {0}, of which end soon: {1}")
NO_KEYS: Final = Text(zh="还没有密钥。", en="There is no key yet.")
KEY_NAME: Final = Text(zh="名称", en="Name")
KEY_MADE: Final = Text(zh="建立", en="Made")
LAST_USED: Final = Text(zh="最近使用", en="Last used")
NEVER_USED: Final = Text(zh="没有记录", en="not known")
KEY_ENDS: Final = Text(zh="到期", en="Ends")
ENDLESS: Final = Text(zh="不到期", en="never")
ends_soon: Final = TextOf[str]("{0}，即将到期", "{0}, soon")
IN_FORCE: Final = Text(zh="有效", en="in force")
OVER: Final = Text(zh="已到期", en="over")
REVOKED: Final = Text(zh="已作废", en="revoked")
takes_place_of: Final = TextOf[str]("接替 {0}", "takes the place of {0}")
TO_MAKE_KEY: Final = Text(zh="新建一把", en="to make one")
TO_REPLACE_KEY: Final = Text(zh="更换，新旧并用一段时间", en="to replace one: both work for a while")
TO_JOIN_KEY: Final = Text(zh="编入一组", en="to put one into a group")
TO_REVOKE_KEY: Final = Text(zh="立即作废", en="to end one at once")
OF_DEPARTMENT_KEY: Final = Text(zh="部门：", en="Department: ")
