"""Sentences of the commands that start something, Chinese and English beside each other."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Bilingual, BothAtOnce, Sentence, headings

# Help of the commands in a group.
LIST_FAULTS_HELP: Final = "List the departments with a sandbox, and the faults that each can be given · 列出有沙箱的部门与可设的故障."
SHOW_FAULTS_HELP: Final = "Show which faults are set · 查看已设的故障."
SET_FAULT_HELP: Final = "Have a department's sandbox misbehave; the same fault for the same operation takes its place · 设置故障."
CLEAR_FAULTS_HELP: Final = "Have a department's sandbox, or all of them, behave again · 清除故障."

# Help of their arguments and options.
WITH_SANDBOX_HELP: Final = "With the sandboxes, and keys for local use · 同时启动沙箱"
KEEP_HELP: Final = "Keep the folder with journal, ledgers and logs · 保留数据目录"
STAY_HELP: Final = "Stay up afterwards for a browser, until ctrl-c, and print sign-ins · 演示后继续运行，供浏览器查看"
NEW_FOLDER_HELP: Final = "Made when there is none; must be empty · 新目录"
ADAPTER_NAME_HELP: Final = "The department's name: lower-case letters, digits, _ · 部门名称"
WSDL_HELP: Final = "A SOAP department's WSDL · WSDL 文件"
OPENAPI_HELP: Final = "A REST department's OpenAPI 3 document · OpenAPI 文件"
REST_HELP: Final = "No contract yet: begin with a small one · 尚无接口文件"
ONLY_OPERATION_HELP: Final = "Only this operation of the contract; repeatable · 只要该操作"
READ_ONLY_HELP: Final = "This operation changes nothing; repeatable · 该操作只查询"
KEY_FIELD_HELP: Final = "This field of the contract carries the key of a repeat; repeatable · 幂等键字段"
INTO_HELP: Final = "The folder to write (none: ./NAME) · 写入的目录"
ONE_OR_ALL_HELP: Final = "One department; all unless given · 部门名，默认全部"
FAULT_HELP: Final = "Its name, from `gateway sandbox list` · 故障名"
TIMES_HELP: Final = "For so many requests; until it is cleared unless given · 次数"
OPERATION_HELP: Final = "For this operation alone · 仅此操作"
PROBABILITY_HELP: Final = "Of being hit, over 0 to 1 · 概率"
SECONDS_HELP: Final = "How long it takes · 秒数"
PROCESSED_HELP: Final = "Carry the request out, then answer like this · 办理后再如此应答"
FIELD_HELP: Final = "Of returned: the contract's name of what is wrong · 须更正的字段"
CODE_HELP: Final = "The department's code · 部门代码"
REASON_HELP: Final = "The department's words · 部门说明"
STATUS_HELP: Final = "Of soap_fault: the HTTP status · HTTP 状态"
SIZE_HELP: Final = "Of huge and gzip_bomb: bytes · 字节数"
FRAMED_HELP: Final = "Of truncated: HTTP sees nothing of it · 长度照截断后的申报"

# Headings.
SANDBOXES: Final = headings("部门 department · 名称 title · 地址 address · 操作 operations")
FAULTS: Final = headings("故障 fault · 说明 is")
FAULTS_SET: Final = headings("部门 department · 故障 fault · 剩余次数 times left · 操作 operation · 其他 more")

# Words and sentences with nothing to fill in.
ALL_OPERATIONS: Final = Bilingual(
    "要哪些操作（序号或名称，用逗号分隔；回车表示全部）", "which (numbers or names, comma between; Enter: all)"
)
CONTRACT_NEEDED: Final = Bilingual("请给出 --wsdl FILE、--openapi FILE、--rest 之一", "give one of --wsdl FILE, --openapi FILE and --rest")
FILL_IN: Final = Bilingual("待填写之处（FILL IN）：", "marked to fill in (FILL IN):")
NONE: Final = Bilingual("无", "none")
NOT_GENERATED: Final = Bilingual("接口文件没有说明、或不能生成的：", "what the contract does not tell, or cannot be generated:")
NO_ANSWER: Final = Bilingual("没有应答", "does not answer")
NO_PORTS: Final = Bilingual("没有连续的空闲端口", "there are no free ports in a row")
NO_SANDBOX: Final = Bilingual("没有部门配置为使用沙箱", "no department is configured to be its sandbox")
SANDBOXES_NOT_STARTED: Final = Bilingual("沙箱未能启动，原因见上", "the sandboxes did not start; why is said above")
TO_BE_DONE: Final = Bilingual("须先补上，否则测试不通过：", "to be done first: until then its tests do not pass:")
UNTIL_CLEARED: Final = Bilingual("直至清除", "until cleared")

# gateway demo, in both languages at once.
DEMO_STARTS: Final = "启动五个部门的沙箱与网关…… starting the five sandboxes and the gateway …"
DEMO_FIRST: Final = "一、提交一件“公民婚育”，送达五个部门 · 1. One application, newlywed, to five departments"
DEMO_SECOND: Final = (
    "\n二、再来一件：税务连续两次拒收，不动产已办但回复丢失 · 2. Another: tax refuses twice, real estate does it and its reply is lost"
)
DEMO_HELD: Final = "✓ 全部成立 everything held"
DEMO_PAGES: Final = "网页 pages"
DEMO_SIGN_IN: Final = "登录 sign-in"
DEMO_CONSOLE: Final = "控制台 console"
DEMO_DOCS: Final = "接口文档 documents"
DEMO_STAYS: Final = "按 ctrl-c 结束，数据随之删除 · ctrl-c ends it, and its data with it"
DEMO_ENDS: Final = "正在结束…… ending …"
demo_sign_in: Final = BothAtOnce[str, str, str]("{0}  账号 login {1}  密码 password {2}")
demo_code: Final = BothAtOnce[str]("  动态码 code: {0}")
DEMO_WATCHED: Final = ("部门 department", "状态 state", "次数 attempts", "部门编号 reference", "发出 sent", "办结 decided", "故障 problem")
demo_watched: Final = BothAtOnce[str]("办件 {0}")
demo_folder: Final = BothAtOnce[object]("数据目录 folder  {0}")
demo_runs: Final = BothAtOnce[str, str]("网关 gateway {0}；沙箱 sandboxes {1}\n")
demo_no_sandbox: Final = BothAtOnce[str]("不是沙箱，演示不会向其发送 no sandbox, the demo sends nothing there: {0}")
demo_not_approved: Final = BothAtOnce[float, str]("办件未在 {0:.0f} 秒内通过 the application was not approved in time: {1}")
demo_too_few: Final = BothAtOnce[int, int]("应有 {0} 个部门通过 departments should have approved, not {1}")
demo_was_busy: Final = BothAtOnce[int](
    "  两次答复“请求过多”（未处理），按其要求等待后再发，共发送 {0} 次，最终通过；这是存下的到期时间，不是占着线程等待。\n"
    "  twice it said it was too busy (nothing was done); sent again when it had asked for, {0} times in all, then approved."
)
demo_was_lost: Final = BothAtOnce[str, int](
    "  部门已办理但回复丢失：结果不明。该操作的重发规则为“{0}”：先询问再决定；查到已办，因此没有再发（共发送 {1} 次）。\n",
    "  it was done but the reply was lost: in doubt. The operation's resend rule is “{0}”: asked first, found, "
    "so not sent again (sent {1} time).",
)
demo_ledgers_differ: Final = BothAtOnce[list[str], list[str], list[str]](
    "台账不符 ledgers differ: 重复 doubled {0}，缺失 lost {1}，多出 more {2}"
)
demo_ledgers: Final = BothAtOnce[int]("✓ 各部门台账共 {0} 项，每次交办恰有一项 · {0} effects in the ledgers, one a delivery")
demo_not_verified: Final = BothAtOnce[str]("审计校验未通过 the audit does not verify: {0}")
demo_verified: Final = BothAtOnce[int, int]("✓ 审计校验通过：{0} 条，签名链头 {1} 行 · audit verified: {0} entries, {1} signed heads")

# gateway serve and what starts it
not_started: Final = Sentence[str]("网关未能启动：{0}", "the gateway did not start: {0}")
cannot_listen: Final = Sentence[object](
    "无法启动：{0}；请检查端口（GATEWAY_PORT, GATEWAY_SANDBOX_PORT, GATEWAY_METRICS_PORT）与数据目录",
    "cannot start: {0}; look at the ports (GATEWAY_PORT, GATEWAY_SANDBOX_PORT, GATEWAY_METRICS_PORT) and the data folder",
)
journal_broken: Final = Sentence[object]("账本不可再写，请重新启动：{0}", "the journal may not be written any more; start again: {0}")

# gateway sandbox
not_a_sandbox: Final = Sentence[str, str]("{0} 不使用沙箱；有沙箱的部门：{1}", "{0} is no sandbox; departments with one: {1}")
no_department: Final = Sentence[str, str]("没有部门 {0}；有沙箱的部门：{1}", "there is no department {0}; departments with one: {1}")
no_fault: Final = Sentence[str, str]("没有故障 {0}；可设的有：{1}", "there is no fault {0}; there are: {1}")
refused: Final = Sentence[str, object]("{0} 不接受：{1}", "{0} refuses it: {1}")
sandbox_silent: Final = Sentence[str, str](
    "{0} 的沙箱（{1}）没有应答：请先启动（gateway serve --sandbox 或 gateway sandbox）；刚设过 refuse 的，稍后再试",
    ("no sandbox of {0} answers at {1}: start it (gateway serve --sandbox, or gateway sandbox); after refuse, try again in a moment"),
)

# gateway init, new-adapter
not_empty: Final = Sentence[object]("{0} 不是空目录，未做任何改动", "{0} is not an empty folder: nothing was changed")
folder_ready: Final = Sentence[object](
    "{0} 已就绪。下一步：GATEWAY_CONFIG={0} gateway check，然后 gateway serve --sandbox",
    "{0} is ready. Next: GATEWAY_CONFIG={0} gateway check, then gateway serve --sandbox",
)
no_name: Final = Sentence[str](
    "{0} 不能用作名称：只用小写字母、数字和下划线，以字母开头",
    "{0} cannot be the name: lower-case letters, digits and _ alone, a letter first",
)
unusable_contract: Final = Sentence[object]("接口文件不能使用：{0}", "the contract cannot be used: {0}")
exists: Final = Sentence[object, object]("{0} 已存在且不为空，未做任何改动", "{1}")
no_operations: Final = Sentence[str]("没有：{0}", "there is no {0}")
written: Final = Sentence[object, int]("已生成 {0}（{1} 个文件）", "wrote {0} ({1} files)")
next_steps: Final = Sentence[object](
    (
        "下一步：cd {0} && pip install -e '.[testing]' && pytest；然后看 README.md\n要让网关用上它：cp -r {0}/config/. "
        "配置目录，然后 gateway check"
    ),
    (
        "next: cd {0} && pip install -e '.[testing]' && pytest; then read README.md\nto let a gateway use it: cp -r "
        "{0}/config/. into its configuration, then gateway check"
    ),
)
