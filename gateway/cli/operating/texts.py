"""Sentences of the commands of operators, Chinese and English beside each other."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Bilingual, Sentence, headings

# Help of the commands in a group.
VERIFY_HELP: Final = """Verify every entry, every signature, and the tables against the entries; the gateway may run or not · 校验审计.

An export is verified with its public key alone. Exits 0 when nothing is wrong, 1 when something is: the first bad entry is named.
"""
EXPORT_HELP: Final = "Write the audit into a file that anybody can verify with the public key; it holds no personal data · 导出审计."
PRINT_PUBLIC_KEY_HELP: Final = (
    "Print the public key that the proof begins with: give it to whoever verifies, on another way than the export · 打印公钥."
)
ACCEPT_HELP: Final = """Take the audit as it was found, though it is not what was signed: writing goes on · 按现状认可审计.

What was wrong is an entry, and every later proof shows it.
"""
UPGRADE_HELP: Final = "Have every chain signed, once no node of a version before runs: one that does cannot write any more · 全部签名."
ROTATE_SIGNING_KEY_HELP: Final = "Let a new key sign; the old one signs that, so the first public key still verifies all · 更换签名密钥."
CREATE_KEY_HELP: Final = "Make a key and print it, alone, once: it cannot be seen again · 新建密钥."
ROTATE_KEY_HELP: Final = """Make the key that takes a key's place and print it, alone, once; both work for a while · 更换密钥.

It is the same caller: what the old key filed stays its own. `gateway key revoke ID` ends the old one before.
"""
JOIN_GROUP_HELP: Final = """Put a front end's key into a group · 密钥入组.

The cases of its group are its own. It brings those that it filed as a group of its own; what it files from then on is the group's.
"""
LIST_KEYS_HELP: Final = "List keys, without the keys · 列出密钥."
REVOKE_KEY_HELP: Final = "Revoke a key, at once · 作废密钥."
ADD_USER_HELP: Final = """Make an account and print its password, once · 新建账号.

An operator's or auditor's comes with the secret of its one-time codes, for an authenticator app, on lines of its own.
"""
LIST_USERS_HELP: Final = "List accounts · 列出账号."
SET_ROLE_HELP: Final = "Give an account another role, and end its sessions · 变更角色."
NEW_WORD_HELP: Final = "Make another password, print it once, and end the account's sessions · 重设密码."
CODE_HELP: Final = "Print the one-time code of this moment (in a sandbox), or change the secret of the codes · 动态码."
DISABLE_HELP: Final = "Let nobody sign in with an account, and end its sessions · 停用账号."
ENABLE_HELP: Final = "Let a disabled account's person sign in again · 启用账号."
SESSIONS_HELP: Final = "List an account's sessions · 列出登录会话."
END_HELP: Final = "End a session, on every node within a second · 结束登录会话."
SUSPEND_HELP: Final = """Take nothing new of a service, with a public notice; what is under way goes on · 暂停受理.

It ends by itself after the last day. Said again with other days it is one more suspension: see list, change, resume.
"""
RESUME_SERVICE_HELP: Final = "Take applications of a service again, or call a planned suspension off (--suspension) · 恢复受理."
CHANGE_SUSPENSION_HELP: Final = "Give a suspension another last day; without one it lasts until further notice · 更改最后一天."
LIST_SUSPENSIONS_HELP: Final = "List suspensions in force and planned · 列出暂停."
LIST_DRAFTS_HELP: Final = "List a clerk's open drafts, without what was typed · 列出草稿."
HAND_OVER_HELP: Final = "Give a clerk's open drafts to another clerk of the same group · 移交草稿."
ROTATE_HMAC_KEY_HELP: Final = """\
Let a new key make commitments, indexes, digests and MACs; what the one before made is found as before · 更换 hmac.key.

With several nodes: copy the new file to each and `gateway reload` there, then run it again. Exits 0 when the new key makes.
"""

# Help of their arguments and options.
LIVE_HELP: Final = "Look for deliveries that are stuck in the running gateway · 检查停滞的交办"
ONE_DEPARTMENT_HELP: Final = "One department alone · 部门名"
DATE_HELP: Final = "The day (Asia/Shanghai), today unless given · 日期"
DAY_HELP: Final = "The day (Asia/Shanghai), yesterday unless given · 日期"
CSV_HELP: Final = "As CSV, for a spreadsheet · CSV 表格"
BACKUP_FILE_HELP: Final = "The file to write, mode 0600 · 备份文件"
SERVICE_HELP: Final = "The service's code · 事项代码"
NOTICE_HELP: Final = "What the public is told, in Chinese · 公告（中文）"
NOTICE_EN_HELP: Final = "The same in English; the Chinese one is shown without it · 公告（英文）"
FIRST_DAY_HELP: Final = "The first day (YYYY-MM-DD, Asia/Shanghai) or a time (RFC 3339); now unless given · 开始"
LAST_DAY_HELP: Final = (
    "The last day (YYYY-MM-DD, Asia/Shanghai) or the time of its end (RFC 3339); until further notice unless given · 截止"
)
SUSPENSION_HELP: Final = "The suspension's id, as list shows it · 某次暂停的标识"
FORCE_HELP: Final = "Overwrite the file · 覆盖已有文件"
RESTORED_FILE_HELP: Final = "A file that `gateway backup` wrote · 备份文件"
CONCURRENCY_HELP: Final = "Calls under way at once, or: configured · 并发"
RATE_HELP: Final = "Calls begun a second, or: configured · 每秒"
VERIFIED_HELP: Final = "A file of `gateway audit export`; none: this journal · 导出文件"
PUBLIC_KEY_HELP: Final = "The installation's first public key; no secret is read then · 公钥"
HEADS_HELP: Final = "A copy of the signed heads kept elsewhere · 签名链头的另存副本"
EXPORT_FILE_HELP: Final = "The file to write · 导出文件"
LOST_KEY_HELP: Final = "The signing key is lost for good: begin with a new one · 签名密钥已丢失"
EXPIRES_HELP: Final = "When it ends: 90d, 12h, 2027-01-01 (from then on, Beijing time) or RFC 3339 · 到期时间"
ROLE_HELP: Final = "front-end, operator, auditor or department:<name> · 角色"
KEY_NAME_HELP: Final = "Whose it is, as others will read it · 名称"
GROUP_HELP: Final = "The group of front ends that share their cases, such as one hall's · 组"
OLD_KEY_HELP: Final = "The old key's id, from `gateway key list` · 旧密钥标识"
OVERLAP_HELP: Final = "How long both work: 7d, 12h, 0h · 新旧并用多久"
KEY_HELP: Final = "The key's id, from `gateway key list` · 密钥标识"

# Headings.
CHAINS: Final = headings("链 chain · 条目 entries · 已签名至 signed up to · 链头 head · 结论 finding")
LOGIN_HELP: Final = "What the person types in to sign in · 登录名"
USER_ROLE_HELP: Final = "clerk, officer:<department>, head:<department>, supervisor, operator, auditor or administrator · 角色"
USER_GROUP_HELP: Final = "Of a clerk: those whose cases it shares, such as one hall's · 组"
USER_NAME_HELP: Final = "As colleagues know the person · 姓名"
RENEW_CODES_HELP: Final = "Make another secret, print it once, and end the account's sessions · 更换动态码"
NO_CODES_HELP: Final = "Take the secret away: a password alone signs in · 取消动态码"
SESSION_HELP: Final = "The session's id, from `gateway user sessions` · 会话标识"
TO_HELP: Final = "The clerk who goes on with them · 接手人员的登录名"
DEPARTMENTS: Final = headings(
    "部门 department · 名称 title · 通断 breaker · 在办 open · 最早 oldest open · 限额 limits · 受理 hours · 适配器 adapter · 评级 quality"
    " · 问题 problem"
)
KEYS: Final = ("id", *headings("角色 role · 名称 name · 组 group · 创建 created · 最近使用 last used · 到期 expires · 作废 revoked"))
USERS: Final = headings("登录名 login · 姓名 name · 角色 role · 组 group · 动态码 one-time code · 创建 created · 停用 disabled")
SESSIONS: Final = ("id", *headings("开始 began · 最近使用 last used · 到期 ends"))
SUSPENSIONS: Final = (*headings("事项 service · 名称 title · 状态 state · 开始 since · 恢复 until"), "id")
DRAFTS: Final = ("id", *headings("事项 service · 组 group · 开始 began · 保存 saved · 到期 expires"))
HAS_CODE: Final = "✓"
NODES: Final = headings(
    "节点 node · 状态 state · 主机（进程） host (process) · 地址 address · 职责 roles · 版本 version · 启动 since"
    " · 心跳 heartbeat · 占用 holds"
)
STUCK: Final = headings("交办 delivery · 办件 application · 部门 department · 问题 problem")
SENT: Final = headings(
    "交办键 key · 办件编号 application · 环节 step · 事项 operation · 次数 attempts · 首次发送 first sent · 末次发送 last sent"
    " · 部门编号 reference · 答复 answer · 答复时间 answered · 状态 state · 存疑 in doubt"
)
DIGEST_DEPARTMENTS: Final = headings(
    "部门 department · 名称 title · 发送 sent · 重发 again · 失败 failed · 通过 approved · 不通过 rejected · 补正 returned"
    " · 半数以内 p50 · 95%以内 p95 · 在办 open · 通断 breaker"
)

# Words and sentences with nothing to fill in.
ADAPTERS: Final = Bilingual("适配器评级：", "adapters: ")
AFTER_RESTORE: Final = Bilingual(
    "  下一步：gateway audit verify，然后 gateway serve；确保旧的网关不再运行",
    "  next: gateway audit verify, then gateway serve; see to it that the old gateway runs nowhere any more",
)
AT_NEXT_START: Final = Bilingual("须重启才生效：", "take effect at the next start only: ")
AUDIT_SOUND: Final = Bilingual("审计：与签名相符", "audit: as it was signed")
CALENDAR: Final = Bilingual("日历：", "calendar: ")
CSV_OR_JSON: Final = Bilingual("--csv 与 --json 只能选一个", "give --csv or --json, not both")
KEY_ENDS_TODAY: Final = Bilingual("（不足一天）", " (less than a day left)")
KEY_OVER: Final = Bilingual("（已到期）", " (over)")
HAS_NO_END: Final = Bilingual("无（不会自行到期）", "never (it has no end)")
NO_ATTENTION: Final = Bilingual("没有待人工处理的办件", "nothing waits for a person")
NO_CHANGE: Final = Bilingual("无变化", "no change")
NO_GATEWAY: Final = Bilingual(
    "没有运行中的网关：启动时会读取配置；检查配置用 gateway check",
    "no gateway runs: it reads the configuration at its start; see whether it is right with gateway check",
)
NOTHING_STUCK: Final = Bilingual(
    "正常：每个未办结的交办都有下一步", "ok: every open delivery has something that happens next, or a person to wait for"
)
NOT_RUNNING: Final = Bilingual("没有网关在运行；请先启动", "no gateway runs on this data: start it first")
NO_HMAC_KEY: Final = Bilingual(
    "内容未与承诺核对：没有 hmac.key", "contents were not held against their commitments: there is no hmac.key here"
)
NO_NODE: Final = Bilingual("没有节点在运行：gateway serve 启动", "no node lives: start one with gateway serve")
OLDER_NODE: Final = Bilingual("旧版本", "a version before")
PAUSED: Final = Bilingual("已暂停", "paused")
PAUSED_NOW: Final = Bilingual("已暂停：不再发起任何调用", "paused: no call is begun")
PUBLIC_KEY_NEEDED: Final = Bilingual(
    "校验导出文件需要公钥：--public-key FILE", "an export is verified with a public key: name it with --public-key FILE"
)
RELOADED: Final = {
    "added": Bilingual("新增", "added"),
    "changed": Bilingual("更改", "changed"),
    "removed": Bilingual("移除", "removed"),
    "reopened": Bilingual("重新连接", "reopened"),
}
RELOADED_PARTS: Final = {"services": Bilingual("事项", "services"), "departments": Bilingual("部门", "departments")}
SIGNING_KEY_ROTATED: Final = Bilingual(
    "新密钥已启用。请备份密钥目录；其他节点换上新的 audit-signing-key.pem 与 audit-handovers.json 后重启",
    "the new key signs from here on. Back the secrets folder up; give other nodes the new audit-signing-key.pem and "
    "audit-handovers.json and start them anew",
)
TABLES_AGREE: Final = Bilingual("，与各表逐行相符", ", the tables as the entries say")
WARNING: Final = Bilingual("提醒：", "warning: ")
YES: Final = Bilingual("是", "yes")

# gateway check, departments, pause, resume, limit
fine: Final = Sentence[int, int, int]("{0} 个事项、{1} 个部门可用，{2} 处问题", "{0} services and {1} departments are fine, {2} problems")
not_fine: Final = Sentence[int, int, int, str, int](
    "{0} 个事项、{1} 个部门可用，{2} 个有误（{3}），{4} 处问题",
    "{0} services and {1} departments are fine, {2} not ({3}), {4} problems",
)
no_number: Final = Sentence[str, str]("{0} 应为数字或 {1}", "{0} must be a number or {1}")
open_until: Final = Sentence[str]("至 {0}", " until {0}")
quota: Final = Sentence[int, int](" · 限额 {0}/{1}", " · quota {0}/{1}")

# gateway service
IN_FORCE: Final = Bilingual("暂停受理", "suspended")
PLANNED: Final = Bilingual("计划暂停", "planned")
NO_SUSPENSIONS: Final = Bilingual("所有事项都在受理", "every service takes applications, and no suspension is planned")
FURTHER_NOTICE: Final = Bilingual("另行通知", "further notice")
no_day: Final = Sentence[str]("{0} 应为日期（2026-12-05）或时间（RFC 3339）", "{0} must be a day (2026-12-05) or a time (RFC 3339)")

# gateway nodes
left: Final = Sentence[str]("{0} 退出", "left {0}")
last_seen: Final = Sentence[str]("最后 {0}", "last {0}")
seconds_ago: Final = Sentence[float]("{0:g} 秒前", "{0:g} s ago")
held_jobs: Final = Sentence[int]("批量任务 {0}", "jobs {0}")
held_until: Final = Sentence[str]("，至 {0}", ", until {0}")

# gateway digest
digest_day: Final = Sentence[str]("{0} 每日简报", "digest of {0}")
digest_hours: Final = Sentence[int]("只清点了 24 小时中的 {0} 小时", "only {0} of its 24 hours were counted")
digest_cases: Final = Sentence[int, int, int, int](
    "收到 {0} 件；办结：通过 {1}，不通过 {2}，撤回 {3}", "received {0}; ended: approved {1}, rejected {2}, withdrawn {3}"
)
digest_on_time: Final = Sentence[int, int, float]("按时办结 {0}/{1}（{2:.1f}%）", "on time: {0} of {1} ({2:.1f} %)")
digest_open: Final = Sentence[int, int, int](
    "现在：办理中 {0}，待补正 {1}，其中超期 {2}", "now: in progress {0}, returned {1}, of them past the promised date {2}"
)
digest_oldest: Final = Sentence[str]("最早一件未办结：{0} 提交", "the oldest that is open was filed at {0}")
digest_attention: Final = Sentence[int, int, int](
    "需要处理：{0} 件办件，其中交办结果不明 {1}、待人工处理 {2}：gateway deliveries --state in_doubt",
    "{0} applications need a person: deliveries in doubt {1}, held {2}: gateway deliveries --state in_doubt",
)
digest_jobs: Final = Sentence[int, int]("批量任务：当日开始 {0}，正在进行 {1}", "jobs: {0} begun that day, {1} running")
digest_audit: Final = Sentence[str]("审计有问题，已停止写入：{0}", "the audit is not what was signed, nothing is written: {0}")
digest_ending: Final = Sentence[str, str, str, str]("{0} {1} {2}：{3} 到期", "{0} {1} {2}: ends {3}")

# gateway reconciliation, backup, restore
counted: Final = Sentence[int, int]("共 {0} 条，存疑 {1} 条", "{0} in all, {1} in doubt")
backed_up: Final = Sentence[object, int, int, str](
    "✓ 已备份到 {0}:{1:,} 行，{2:,} 字节，时点 {3}", "✓ backed up to {0}: {1:,} rows, {2:,} bytes, as of {3}"
)
not_in_backup: Final = Sentence[object, object](
    (
        "  不含密钥：{0}（hmac.key、audit-signing-key.pem、部门凭据）请另行保管，没有它们就无法打开账本、校验审计和回调；"
        "配置目录 {1} 也不在内。备份含个人信息，请按数据同等保管"
    ),
    (
        "  keys are not in it: keep {0} apart (hmac.key, audit-signing-key.pem, departments' credentials); without them the "
        "journal cannot be opened, nor the audit or callbacks verified. Nor is the configuration, {1}. It holds personal data: "
        "keep it as the data"
    ),
)
not_restored: Final = Sentence[object]("无法恢复：{0}", "it cannot be restored: {0}")
restored: Final = Sentence[object, str]("✓ 已恢复 {0}：账本回到 {1}", "✓ restored {0}: the journal is as of {1}")
doubted: Final = Sentence[int](
    "  {0} 个交办此后可能已经发出，按重发规则处理", "  {0} deliveries may have gone out since: they follow their resend rule"
)
by_state: Final = Sentence[str](":{0}", ": {0}")
filed_since: Final = Sentence[str](
    "  {0} 之后收件的办件不在其中：部门可能已经收到，请对照日志（application_accepted）与部门核实，不要让窗口盲目重报",
    (
        "  what was filed after {0} is not in it, and departments may have it: look it up in the logs (application_accepted) "
        "and ask them before a counter files it again"
    ),
)

# gateway audit
exported: Final = Sentence[int, object](
    "✓ 已导出 {0} 条到 {1}；校验：gateway audit verify {1} --public-key 公钥文件",
    "✓ {0} entries in {1}; to verify: gateway audit verify {1} --public-key FILE",
)
accepted: Final = Sentence[int]("已认可，含 {0} 处问题", "accepted, with {0} problems")
upgraded: Final = Sentence[int]("已全部签名；补签 {0} 条链", "all of the audit is signed from here on; {0} chains were not")
unreadable_key: Final = Sentence[object]("{0}：无法读取公钥", "{0}: the public key cannot be read")
no_keys: Final = Sentence[object](
    "{0} 中没有本机构的密钥，无法证明任何内容：请设置 GATEWAY_SECRETS 指向密钥目录，或用 --public-key 指定公钥",
    (
        "{0} does not hold this installation's keys, so nothing can be proven: name their folder in GATEWAY_SECRETS, or the "
        "public key with --public-key"
    ),
)
more_differ: Final = Sentence[int]("另有 {0} 处不符，见 --json", "{0} more rows differ: see --json")
verified: Final = Sentence[int, int, object, float](
    "✓ 审计完整：{0} 条，签名链头 {1} 行{2}（{3:.1f} 秒）", "✓ verified: {0} entries, {1} signed heads{2} ({3:.1f} s)"
)

# gateway key, secrets
acts_as: Final = Sentence[str, str]("{0}（身份同 {1}）", "{0} (acts as {1})")
key_rotated: Final = Sentence[object, object]("新密钥到期：{0}；旧密钥有效至 {1}", "the new key ends: {0}; the old one works until {1}")
days_left: Final = Sentence[int]("（还有 {0} 天）", " ({0} days left)")
no_user: Final = Sentence[str]("{0}：没有这个账号；gateway user list 列出全部", "{0}: no such account; gateway user list lists them")
handed_over: Final = Sentence[int, str]("已把 {0} 份草稿移交给 {1}", "{0} draft(s) given to {1}")
no_code: Final = Sentence[str]("{0}：这个账号没有动态码", "{0}: this account has no one-time codes")
no_time: Final = Sentence[str](
    "{0}：看不懂这个时间；写作 90d、12h、2027-01-01 或 2027-01-01T09:00:00+08:00",
    "{0} is no time: write 90d, 12h, 2027-01-01 or 2027-01-01T09:00:00+08:00",
)
hmac_key_rotated: Final = Sentence[str, int](
    "新密钥已启用：{0}；重新签过 {1} 把访问密钥。请备份密钥目录，旧密钥文件须保留",
    "the new key makes from here on: {0}; API keys with a new MAC: {1}. Back it up; keep the old file",
)
hmac_key_lacking: Final = Sentence[str, str](
    "尚未更换：节点 {0} 还没有新密钥。请把 {1} 复制到它们的密钥目录，在那里执行 gateway reload，然后再次执行本命令",
    (
        "nothing has changed yet: nodes {0} lack the new key. Copy {1} into their secrets folders, `gateway reload` there, "
        "then run this again"
    ),
)
