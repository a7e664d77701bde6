"""Sentences on where a delivery stands and on what happens next. ``{0}`` is the department's title where a text is given first."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

# Parts of sentences: a time, and an act as a verb that follows it.
IN_ITS_TURN = Text(zh="轮到时", en="when its turn comes")
AT_ONCE = Text(zh="马上", en="as soon as there is a free place")
AT_ANY_MOMENT = Text(zh="随时", en="at any moment")
at = TextOf[str]("{0} ", "at {0}")
SENT = Text(zh="发送", en="sent")
SENT_AGAIN = Text(zh="用同一标识重发", en="sent again under its key")
ASKED_ABOUT = Text(zh="向部门查询", en="asked about")
TAKEN_BACK = Text(zh="撤回", en="taken back")
HELD_UNHEARD = Text(
    zh="转人工处理（部门一直没有回告，又不能查询）", en="held for a person (the department has not called back, and cannot be asked)"
)
NO_NUMBER = Text(zh="无", en="(no number)")
NO_CODE = Text(zh="无", en="none")
step_in_state = TextOf[str, str]("{0}（{1}）", "{0} ({1})")

# What the department has, whatever the delivery waits for.
deciding = TextOf[Text]("{0.zh}已收件，正在办理。", "{0.en} has it and is deciding. ")
doubted = TextOf[str]("已发出但没有可信的答复（{0}）。", "No reply proves what became of it ({0}). ")
restored = TextOf[str](
    "账本由 {0} 的备份恢复：此后是否已发给部门，无从得知。",
    "The journal was restored from a backup of {0}: whether it went to the department after that is not known. ",
)
CALLBACK_TAKEN = Text(zh="部门回告仍会接收；", en="A callback is taken. ")
told_otherwise = TextOf[Text, int | str](
    "部门所知与办件现在的内容不同（{0.zh}）：它按第 {1} 版办理。",
    " It was told otherwise than the application says now ({0.en}): it goes by revision {1}.",
)
tell_it = TextOf[Text](
    "更正的内容不会再发给它；请告知{0.zh}更正了哪些内容。", " The correction is not sent to it: tell {0.en} what was corrected."
)

# The department takes no work.
no_calendar = TextOf[Text, int](
    "{0.zh}何时受理无法确定：缺少 {1} 年的官方日历（告警）。",
    "When {0.en} takes work is not known: there is no official calendar for {1} (an alarm).",
)
maintained = TextOf[Text, str]("{0.zh}计划维护中，{1} 恢复受理。", "{0.en} is in planned maintenance: closed until {1}.")
outside_hours = TextOf[Text, str]("{0.zh}不在受理时间，{1} 开始受理。", "{0.en} is outside its hours: closed until {1}.")
when_calendar_is_there = TextOf[Text](
    "官方日历就位并重新加载（reload）后按受理时间{0.zh}。",
    "Once the calendar is there and reloaded, it is {0.en} when the department opens.",
)
when_it_opens = TextOf[Text]("开始受理后{0.zh}。", "It is {0.en} when the department opens.")
from_opening_on = TextOf[Text, str]("{1} 起{0.zh}，等待不计次数。", "It is {0.en} at {1} or soon after; waiting uses up no attempt.")
used_up = TextOf[Text, int]("{0.zh}今日限额 {1} 件已用完。", "{0.en}'s quota of {1} a day is used up.")
used_up_until = TextOf[Text, int, str]("{0.zh}今日限额 {1} 件已用完，{2} 起继续。", "{0.en}'s quota of {1} a day is used up until {2}.")
ON_ANOTHER_DAY = Text(zh="另日按先后顺序发送，等待不计次数。", en="It is sent in its turn on another day; waiting uses up no attempt.")
sent_from = TextOf[str]("{0} 起按先后顺序发送，等待不计次数。", "It is sent in its turn from {0} on; waiting uses up no attempt.")
paused = TextOf[Text, str]("{0.zh}自 {1} 起由运维人员暂停。", "{0.en} has been paused by an operator since {1}.")
when_resumed = TextOf[Text]("恢复（resume）后按顺序{0.zh}。", "When it is resumed, it is {0.en} in its turn.")
no_adapter = TextOf[Text](
    "{0.zh}现在没有可用的适配器（未安装、已停用或不能加载）。", "{0.en} has no adapter now (not installed, disabled, or not to be loaded)."
)
when_adapter_is_there = TextOf[Text]("适配器可用后{0.zh}。", "It is {0.en} once there is one.")
credentials_refused = TextOf[Text, str, str]("{0.zh}自 {1} 起拒绝我方凭据（{2}）。", "{0.en} has refused our credentials since {1} ({2}).")
unavailable = TextOf[Text, str, str]("{0.zh}的系统自 {1} 起不可用（{2}）。", "{0.en} has been unavailable since {1} ({2}).")
probed_again = TextOf[Text, str, Text](
    "{0.zh}再次探测（每 {1} 秒一次）；恢复后按顺序{2.zh}。",
    "The department is probed again {0.en} (each {1} s); when it answers, this is {2.en} in its turn.",
)
MEND_CREDENTIALS = Text(
    zh="若是我方凭据有误，请更正后重新加载（reload）。", en=" If our credentials are wrong, put the right ones in place and reload."
)

# Under way at this moment.
BEING_TAKEN_BACK = Text(zh="正在向部门撤回。", en="It is being taken back right now.")
BEING_ASKED_ABOUT = Text(zh="正在向部门查询。", en="It is being asked about right now.")
left = TextOf[str]("占用已于 {0} 到期：没有节点在处理。", "Its lease ended at {0}: no node is at it any more. ")
TAKEN_OVER = Text(
    zh="下次启动（或其他节点）接管：发送中断的算结果不明，按重发规则处理；查询或撤回中断的，再问。",
    en="The next start, or another node, takes it over: a send cut off is in doubt and follows its resend rule; a question is repeated.",
)
BY_THE_ANSWER = Text(zh="有了答复就继续；没有答复则稍后再问。", en="It goes on by the answer; without one it is asked about again later.")
sending = TextOf[int, str]("第 {0} 次发送进行中（始于 {1}）。", "Attempt {0} is under way (since {1}).")
ends_within = TextOf[str](
    "约 {0} 秒内有结果；没有答复则结果不明，按重发规则处理。",
    "It ends within about {0} s; without a reply it is in doubt, and the resend rule decides.",
)

# Waiting for the steps before.
after_steps = TextOf[Text]("等待前面的步骤：{0.zh}。", "It comes after steps that are not done: {0.en}.")
BEFORE_RETURNED = Text(
    zh="前面的步骤待申请人补正；补正后自动继续。", en="The step before waits for the applicant; then it goes on by itself."
)
BEFORE_HELD = Text(zh="前面的步骤需要人工处理；处理后自动继续。", en="A person has to look at the step before; then it goes on by itself.")
BEFORE_ENDED = Text(zh="即将自动跳过或撤回。", en="It is about to be skipped or withdrawn.")
BEFORE_OPEN = Text(
    zh="前面的步骤办结后，若本步骤适用则自动发送；前面有步骤被驳回或撤回则跳过。",
    en="When they are done it is sent by itself, if it applies; it is skipped when one of them is rejected or withdrawn.",
)

# Waiting to be sent. A time and an act are given.
IN_QUEUE = Text(zh="排队等待发送。", en="It waits for its turn.")
follows = TextOf[Text, Text]("{0.zh}{1.zh}。", "It is {1.en} {0.en}.")
follows_recognised = TextOf[Text, Text](
    "{0.zh}{1.zh}，部门会识别重复；部门已不记得此标识或次数用尽则转人工。",
    "It is {1.en} {0.en}, which the department recognises; when it no longer does, or the attempts are used up, a person has to look.",
)
not_processed = TextOf[str, int, str](
    "上次未被办理（{0}）；已尝试 {1} 次，计入的失败 {2} 次（部门停机和要求稍后的不计）。",
    "The last attempt was not processed ({0}); {1} made, {2} count as failed (outages and 'busy' do not).",
)
tried_again = TextOf[Text](
    "{0.zh}重试；次数或期限用尽则转人工。", "It is tried again {0.en}; when attempts or time are used up, a person has to look."
)

# Accepted.
deciding_as = TextOf[Text, Text]("{0.zh}已收件，编号 {1.zh}，正在办理。", "{0.en} has it as {1.en} and is deciding.")
asked_in_vain = TextOf[int, str](
    "已连续 {0} 次查询失败（{1}）：编号若是人工误填的，用 unresolve 撤回。",
    " {0} questions in a row have failed ({1}): if a person mistyped the reference, take it back (gateway unresolve).",
)
NOTHING_FOLLOWS = Text(zh="没有下一步：请运行 gateway check --live。", en="Nothing follows by itself: run gateway check --live.")
unless_called_back = TextOf[Text, Text](
    "等待部门回告；没有回告则{0.zh}{1.zh}。", "The department calls back; until it has, this is {1.en} {0.en}."
)

# In doubt.
doubted_since = TextOf[str, str](
    "已发出但没有可信的答复（{0}，始于 {1}），部门可能已经办理。",
    "It was sent and no reply proves what became of it ({0}, since {1}): the department may have done it.",
)
NOT_SENT_AGAIN = Text(
    zh="不会自动重发：请向部门核实后填写结果（resolve）。",
    en="Nothing is sent again by itself: ask the department, then say what became of it (resolve).",
)
asked_until_absent = TextOf[Text, str, Text](
    "{0.zh}向部门查询，不需要人工；最后一次发送 {1} 秒后仍查无此件{2.zh}。",
    "The department is asked {0.en}, and nobody need do anything; only if it is absent {1} s after the last send {2.en}.",
)
THEN_SENT_AGAIN = Text(zh="才会重发", en="is it sent again")
THEN_WITHDRAWN = Text(zh="才算撤回", en="does it count as withdrawn")

# Held for a person.
data_refused = TextOf[str]("已挂起：内容未被接受（{0}）。", "It is held: its data was refused ({0}).")
CORRECT_IT = Text(
    zh="申请人提交更正（revisions）后再送；或排除原因后再送（retry）。",
    en="It is sent again when a revision corrects the data; or put right what is wrong and send it again (retry).",
)
held = TextOf[str]("已挂起，需要人工处理（{0}）。", "It is held for a person ({0}).")
RETRY = Text(zh="请排除原因后再送（retry）。", en="Put right what is wrong and send it again (retry).")
RESOLVE = Text(zh="请向部门核实后填写结果（resolve）", en="Ask the department, then say what became of it (resolve)")
OR_ASK = Text(zh="，或先查询再按结果继续（retry）。", en=", or have it asked about and go on by the answer (retry).")
OR_SEND_AGAIN = Text(zh="，或在部门记得此标识期间重发（retry）。", en=", or send it again while it remembers its key (retry).")
NEVER_AGAIN = Text(zh="；不得重发。", en="; it may not be sent again.")
asking_refused = TextOf[str, str](
    "已收件（编号 {0}），但查询被拒绝（{1}）：编号可能有误，或部门的查询有变化。",
    "It was accepted as {0}, but asking about it is refused ({1}): the reference may be mistyped.",
)
RIGHT_REFERENCE = Text(
    zh="请向部门核实：编号有误的，用 resolve 填写正确的编号或结果，或用 unresolve 撤回；查询已恢复的，用 retry 再次查询，不会重发。",
    en="Ask the department: resolve it with the right reference or outcome, or unresolve it; or retry, which asks and sends nothing.",
)

# Decided.
returned = TextOf[Text, Text]("{0.zh}要求补正（代码 {1.zh}）。", "{0.en} returned it (code {1.en}).")
REVISE_IT = Text(
    zh="申请人提交修改后，只重办受影响的步骤。", en="It is sent again, with what follows from it, when the applicant files a revision."
)
approved = TextOf[Text]("{0.zh}已办结。", "{0.en} approved it.")
rejected = TextOf[Text, str]("{0.zh}不予办理（代码 {1}）。", "{0.en} rejected it (code {1}).")
WITHDRAWN = Text(zh="办件已撤回或作废。", en="Its application was taken back, or voided.")
BEFORE_REJECTED = Text(zh="前面的步骤被驳回，本步骤不再办理。", en="A step it comes after was rejected.")
NOT_APPLICABLE = Text(zh="本步骤不适用于此办件。", en="The step does not apply to this application.")
NOTHING_MORE = Text(zh="已办结。", en="Nothing more.")
