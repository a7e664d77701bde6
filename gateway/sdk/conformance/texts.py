"""Sentences of the conformance suite, zh and en, with places for what a test has found. The demands themselves are in ``demands.yaml``."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.service import Text

# Words of the department, which speaks Chinese alone.
REASON = "不符合办理条件"
CORRECT = "请更正"

# Of any test.
NOT_SENT = Text(zh="请求没有发出。", en="the request was not sent.")
ACCEPTED = Text(zh="部门受理了申请", en="the department accepted the application")
NOT_ENDED = Text(zh="在期限内没有结束", en="did not end within its deadline")
RAISED = Text(zh="抛出了 {error}", en="raised {error}")
GAVE = Text(zh="返回了 {answer}", en="gave {answer}")
NOT_OPENED = Text(zh="open() 没有成功（{end}）。", en="open() did not succeed: {end}.")
NO_SAMPLE = Text(zh="操作 {operation} 没有样例（samples）。", en="there is no sample of the operation {operation}.")

# Of the description.
NO_PROBE = Text(zh="适配器没有 probe()。", en="the adapter has no probe().")
PROBE_SENDS_NOTHING = Text(zh="probe() 没有联系部门的系统。", en="probe() did not reach the department's system.")
PROBE_REFUSED = Text(zh="凭据被拒绝", en="the credentials were refused")
PROBE_HAS_AN_EFFECT = Text(zh="probe() 在部门产生了办理结果。", en="probe() had an effect at the department.")
WITHOUT_SAMPLE = Text(zh="没有样例的操作：{operations}。", en="operations without a sample: {operations}.")
SAMPLES_OF_NONE = Text(zh="样例所指的操作不存在：{operations}。", en="samples of no operation: {operations}.")
SAMPLE_UNFIT = Text(
    zh="操作 {operation} 的样例不符合请求模型（{error}）。", en="the sample of {operation} does not fit its request model ({error})."
)
PROBE_FAILED = Text(zh="一切正常，probe() 却得到 {end}。", en="all is well, but probe() ended with {end}.")
SKIPS_UNKNOWN = Text(zh="skips 中不存在或没有理由的测试：{skips}。", en="skipped tests unknown or without a reason: {skips}.")

# Of outcomes.
HAS_AN_EFFECT = Text(zh="不应产生效果的操作在台账中留下了记录。", en="what must have no effect has one in the ledger.")
OTHER_REFERENCE = Text(zh="受理编号与部门台账不一致。", en="the reference is not the one in the department's ledger.")
SYSTEM_FAILED = Text(zh="部门说它的系统出错", en="the department said that its own system failed")
REFUSED = Text(zh="部门拒绝了申请", en="the department refused the application")
NO_REASON = Text(zh="Rejected 中没有部门给出的理由。", en="the Rejected does not carry the department's reason.")
SENT_BACK = Text(zh="部门退回了申请", en="the department sent the application back")
UNLISTED_CODE = Text(zh="部门给出了接口约定之外的代码", en="the department answered with a code that its contract does not list")
ANSWERED = Text(zh="部门的答复是 {answer}", en="the department answered '{answer}'")
OUTCOME_UNFIT = Text(zh="给出的结果不合规格：{problem}。", en="the outcome does not fit: the adapter {problem}.")
EFFECTS = Text(zh="部门台账中有 {count} 条记录，应为 1 条。", en="the department's ledger has {count} effects of it; it must be 1.")
RETURNED_UNFIT = Text(zh="Returned 不合规格：{problem}。", en="the Returned does not fit: {problem}.")
FIELDS_UNKNOWN = Text(zh="指出的字段不在请求模型中：{fields}。", en="fields that the request does not have: {fields}.")
NO_CODE = Text(zh="没有代码", en="it has no code")
REJECTED_UNFIT = Text(zh="Rejected 不合规格：{problem}。", en="the Rejected does not fit: {problem}.")
FIELDS_OTHERWISE = Text(zh="应指出 {expected}，实为 {named}。", en="it must name {expected}, not {named}.")
FAILURE_IS_OUTCOME = Text(zh="{happened}，适配器却返回了 {end}。", en="{happened}, but the adapter gave {end}.")

# Of what is asked.
REPEATED_QUESTION_NOT_SENT = Text(
    zh="第二个内容相同的调用没有发给部门。", en="of two calls that ask the same one was not sent to the department."
)
CASE_OF_ANOTHER = Text(zh="调用得到了另一件的受理编号。", en="a call was given the reference of another case.")
VALUES_NOT_SENT = Text(zh="请求中的 {places} 没有发出。", en="these values of the request do not leave: {places}.")
VALUES_MIXED = Text(
    zh="两位申请人的 {calls} 个调用同时进行时，发出的报文混入了对方的内容，或缺少自己的内容。",
    en="of {calls} calls about two applicants at the same time some sent the other's values, or not all of their own.",
)
CUT_OFF = Text(zh="{place} 太长时末尾没有发出。", en="the end of {place} did not leave, since it was long.")
DAY_SENT_OTHERWISE = Text(zh="{place} 发出时差了一天。", en="{place} was sent as the day before or after.")
DAY_READ_OTHERWISE = Text(zh="结果中的 {name} 差了一天。", en="{name} of the outcome is not the day that came.")
AMOUNT_SENT_OTHERWISE = Text(zh="{place} 发出时数值变了。", en="{place} was sent with another value.")
AMOUNT_READ_OTHERWISE = Text(zh="结果中的 {name} 与部门所说的数值不同。", en="{name} of the outcome is not what the department said.")

# Of sending, and sending again.
NO_CONNECTION = Text(zh="期限内没有连上，什么也没发出", en="no connection was made within the deadline and nothing was sent")
CONNECTION_REFUSED = Text(zh="连接被拒绝，什么也没发出", en="the connection was refused and nothing was sent")
REQUEST_CUT = Text(zh="请求的第一个字节到达后连接被重置", en="the connection was reset after the request's first byte had arrived")
LOST = Text(zh="部门已收到请求，答复丢失", en="the department had the request and its reply was lost")
DID_NOT_ARRIVE = Text(
    zh="请求没有到达部门（台账中没有记录）。", en="the request did not reach the department (its ledger has no effect of it)."
)
SENT_AGAIN = Text(zh="一次调用失败后，请求被发送了 {times} 次。", en="the request of one call that failed was sent {times} times.")
WITHOUT_KEY = Text(zh="第 {attempt} 次尝试的请求中没有 call.key。", en="the request of attempt {attempt} does not carry call.key.")
SENT_TWICE = Text(zh="同一个 key 调用两次", en="one key was sent twice")
REPEATED = Text(zh="答复丢失后重发", en="it was sent again after a lost reply")
REPLY_LOST = Text(zh="答复丢失", en="the reply was lost")
NEVER_ARRIVED = Text(zh="部门从未收到过该 key", en="the department never got the key")
DONE_BUT_LOST = Text(zh="部门已办理，答复丢失", en="the department had done it and the reply was lost")
FOUND_ANOTHER = Text(zh="find() 给出的不是该 key 的那一件。", en="what find() gives is not what was done under the key.")
FIND_NOT_ANSWERED = Text(zh="find() 没有得到有效答复", en="find() got no valid reply")
CONNECTION_OF_ANOTHER = Text(zh="请求走了别的调用用过的连接。", en="the request went out on a connection that another call had used.")
OUTCOMES_DIFFER = Text(
    zh="两次结果不同：{first}、{second}。", en="the two outcomes are not the same: {first} and {second}, or by reference."
)
FOUND_UNFIT = Text(zh="Found 中的结果不合规格：{problem}。", en="the outcome in Found does not fit: the adapter {problem}.")
EFFECTS_OF_REPEAT = Text(
    zh="{happened}，部门台账中有 {count} 条记录，应为 1 条。",
    en="{happened}, and the department's ledger has {count} effects; it must be 1.",
)
REPEAT_FAILED = Text(zh="重发后没有得到结果（{end}）。", en="the repeat gave no outcome: the adapter {problem} ({end}).")

# Of replies, refusals and deadlines.
WEB_PAGE = Text(zh="答复是 HTTP 200 的网页", en="the reply was a web page with HTTP 200")
EMPTY = Text(zh="答复是没有内容的 HTTP 200", en="the reply was HTTP 200 without a body")
REPLY_CUT = Text(zh="答复在中途断开", en="the reply was cut in the middle")
HALF = Text(zh="答复缺了后半，长度却与声明一致", en="the reply lacked its second half, with a length declared to match")
OTHER_ENCODING = Text(zh="答复的编码与声明不符", en="the reply was not in the encoding that it declares")
HAS_DTD = Text(zh="答复中带有 DTD", en="the reply carried a DTD")
FAULT_WITH_200 = Text(zh="答复是 HTTP 200 的 SOAP Fault", en="the reply was a SOAP fault with HTTP 200")
WITHOUT_END = Text(zh="答复没有尽头", en="the reply had no end")
UNPACKS_HUGE = Text(zh="答复解压后非常大", en="the reply unpacks to a huge one")
ERROR_PAGE = Text(zh="答复是 {status} 错误页", en="the reply was a page with {status}")
REDIRECT_FOLLOWED = Text(
    zh="适配器跟随了 {status} 重定向，把请求发往别处。", en="the adapter followed a redirect ({status}) and sent a request elsewhere."
)
REDIRECTED = Text(zh="答复是 {status} 重定向", en="the reply was a redirect ({status})")
MEMORY = Text(
    zh="读取答复时占用了 {mebibytes} MiB 内存：没有上限。", en="{mebibytes} MiB of memory were used to read the reply: it is not capped."
)
CREDENTIALS_REFUSED = Text(zh="部门拒绝了凭据", en="the department refused the credentials")
TOO_MANY = Text(zh="部门表示请求过多，请 7 秒后再来", en="the department said too many requests, come back in 7 seconds")
OFFICE_CLOSED = Text(zh="部门不在受理时间", en="the department's office was closed")
WAIT_OTHERWISE = Text(zh="retry_after 是 {wait}，应为 {expected:.0f}。", en="retry_after is {wait}; it must be {expected:.0f}.")
CONFLICT_ACCEPTED = Text(
    zh="部门以 409 答复，什么也没有办理，适配器却给出 {end}。",
    en="the department answered 409 and did nothing, but the adapter gave {end}.",
)
METHOD_REFUSED = Text(zh="{method}() 被拒绝（{fault}）", en="{method}() was refused ({fault})")
NEVER_ANSWERED = Text(zh="部门收到请求后一直不答复", en="the department had the request and never answered")
BYTE_BY_BYTE = Text(zh="答复一个字节一个字节地到来，超过了期限", en="the reply came byte by byte, beyond the deadline")

# Of tidiness.
NOT_TO_BE_CANCELLED = Text(
    zh="部门还没有答复，调用却无法取消：它占住了事件循环，或没有等待答复。",
    en="the call could not be cancelled while the department was silent: it held the loop, or did not wait for the reply.",
)
CONNECTION_AFTER_CANCELLING = Text(zh="取消之后连接仍然开着。", en="a connection stayed open after the call was cancelled.")
OUTCOME_OF_ANOTHER = Text(zh="同时进行的调用得到了别的调用的结果。", en="a call got what belongs to another at the same time.")
OPEN_CONNECTS = Text(zh="open() 建立了到部门的连接。", en="open() connected to the department.")
CLOSE_FAILS = Text(zh="close() 之后连接仍然开着，或 close() 失败。", en="close() failed, or left a connection open.")
TASKS_AFTER_CANCELLING = Text(zh="取消之后仍有 {tasks} 个任务在运行。", en="{tasks} tasks still ran after the call was cancelled.")
TASKS_AFTER_ENDING = Text(zh="调用结束后仍有 {tasks} 个任务在运行。", en="{tasks} tasks still ran after the call had ended.")
LOOP_HELD = Text(
    zh="适配器每次都占用事件循环 {milliseconds:.0f} 毫秒以上，上限是 50 毫秒。",
    en="the adapter held the event loop for {milliseconds:.0f} ms or more each time; 50 ms is the most.",
)
CONCURRENT_FAILED = Text(
    zh="同时进行的 {calls} 个调用之一失败（{end}）。", en="one of {calls} calls at once failed: the adapter {problem} ({end})."
)
OPEN_FAILED = Text(zh="再次 open() 失败（{end}）。", en="open() after close() failed: {end}.")
CLIENTS_LEFT = Text(
    zh="close() 之后仍有连接开着，或有 {clients} 个客户端没有关闭。",
    en="close() left connections open, or {clients} clients that were never closed.",
)

# Of privacy.
NOBODY_TO_EXCHANGE = Text(
    zh="样例中没有可以替换的人：请在 Sample 中给出 other。", en="nobody in the sample can be exchanged: give Sample an `other`."
)
SECOND_NOT_SENT = Text(zh="第二个请求没有发出。", en="the second request was not sent.")
IN_ERROR = Text(
    zh="{error} 的文字、原因或上下文中出现了 {values} 项个人信息。",
    en="the text, cause or context of {error} holds {values} values about people.",
)
IN_LOGS = Text(zh="日志或输出中出现了 {values} 项个人信息。", en="logs or output hold {values} values about people.")
IN_ADDRESSES = Text(
    zh="请求的地址或请求头中出现了请求里的 {values} 项内容。", en="the address or a header holds {values} values of the request."
)
DATA_OF_ANOTHER = Text(zh="发出的请求中有别的办件的 {values} 项内容。", en="what was sent holds {values} values of another application.")

# Of later decisions.
THREE_DECIDED = Text(zh="部门决定了三件", en="the department had decided three cases")
OPEN_IS_DECIDED = Text(zh="poll() 为尚未决定的办件给出了决定。", en="poll() gave a decision of a case that is still open.")
UNKNOWN_IS_DECIDED = Text(zh="poll() 为部门不认识的编号给出了决定。", en="poll() gave a decision of a reference that nobody knows.")
POLL_NOT_ANSWERED = Text(zh="poll() 没有得到有效答复", en="poll() got no valid reply")
STANDS_OTHERWISE = Text(zh="部门那里的状态与适配器所说的不符。", en="the case at the department does not stand as the adapter says.")
WITHDRAW_NOT_ANSWERED = Text(zh="withdraw() 没有得到有效答复", en="withdraw() got no valid reply")
MISREAD = Text(zh="决定是 {decision}，poll() 却给出 {read}。", en="the decision was '{decision}', but poll() gave {read}.")
NOT_ASKED_ABOUT = Text(zh="poll() 给出了 {cases} 件没有问到的。", en="poll() gave {cases} cases that it was not asked about.")
DECISION_OF_ANOTHER = Text(
    zh="决定是 {decision}，poll() 却给出 {read}：是另一件的。",
    en="the decision was {decision}, but poll() gave {read}, which is another case's.",
)
OPEN = Text(zh="未决定", en="open")
APPROVED = Text(zh="已决定", en="approved")
TO_BE_WITHDRAWN = Text(zh="撤回{decision}的办件（第 {attempt} 次）", en="a case that was {decision} was to be withdrawn")
NAMES_NO_CASE = Text(zh="回调没有指明是哪一件。", en="the callback does not name its case by key or reference.")
NOT_TO_BE_ACKNOWLEDGED = Text(zh="回调没有自己的标识，或没有确认。", en="the callback has no id of its own, or is not acknowledged.")
FORGED = Text(zh="回调是伪造的", en="the callback was forged")
SIGNED_A_DAY_AGO = Text(zh="回调是一天前签名的", en="the callback was signed a day ago")
NO_OTHER_SECRETS = Text(zh="测试类没有给出 other_secrets。", en="the test class gives no `other_secrets`.")
SIGNED_BY_ANOTHER = Text(zh="回调用别的部门的密钥签名", en="the callback was signed with another department's secret")
CAME = Text(zh="回调到来", en="a callback came")
READ_OTHERWISE = Text(zh="同一回调再次到来时读出了不同的内容。", en="the same callback was read as something else when it came again.")
DID_NOT_COME = Text(
    zh="部门作出了决定，call.callback_url 却没有收到回调。", en="the department decided, but no callback came to call.callback_url."
)
CALLED_BACK = Text(zh="回调说的是 {decision}", en="a callback said '{decision}'")
CALLBACK_MISREAD = Text(zh="决定是 {decision}，回调却读成 {read}。", en="the decision was '{decision}', but it was read as {read}.")
READ_UNVERIFIED = Text(
    zh="{happened}，适配器却先读了内容（CallbackUnfit）。", en="{happened}, but the adapter read it before verifying it (CallbackUnfit)."
)


def filled(text: Text, **values: object) -> Text:
    """Fill in the places of a sentence: a text in the sentence's own language, several names as a list of them."""

    def said(language: str, comma: str) -> dict[str, object]:
        told = {name: getattr(value, language) if isinstance(value, Text) else value for name, value in values.items()}
        return {name: comma.join(value) if isinstance(value, list) else value for name, value in told.items()}

    return Text(zh=text.zh.format(**said("zh", "、")), en=text.en.format(**said("en", ", ")))


def unlike(happened: Text, end: Text, kinds: Iterable[str]) -> Text:
    zh, en = "或".join(kinds), " or ".join(kinds)
    return Text(zh=f"{happened.zh}，适配器却{end.zh}；应为 {zh}。", en=f"{happened.en}, but the adapter {end.en}; it must be {en}.")


def failure(wrong: Text, *, do_zh: str, do: str) -> list[str]:
    return [f"出了什么问题：{wrong.zh}", f"What went wrong: {wrong.en}", f"下一步：{do_zh}", f"What to do: {do}"]


def rules_broken(rules: Iterable[str]) -> Text:
    return Text(zh=f"适配器类不符合规则：{'；'.join(rules)}。", en=f"the class breaks the rules: {'; '.join(rules)}.")


def call_failed(opened: int, end: str) -> Text:
    return Text(zh=f"第{'一二'[opened - 1]}次 open() 之后的调用失败（{end}）。", en=f"a call after open() failed: {end}.")
