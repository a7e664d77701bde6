"""Sentences of a delivery's page and of what a person may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

SAY_WHAT_BECAME: Final = Text(zh="填写核实结果", en="Record the outcome")
SEND_AGAIN_NOW: Final = Text(zh="再送一次", en="Send again")
ASK_AGAIN: Final = Text(zh="再查询一次", en="Ask again")
TAKE_BACK: Final = Text(zh="撤回填写的结果", en="Take back what was said")
MOVE_CASE: Final = Text(zh="改用更正后的定义", en="Move to the corrected definition")

CALLS_MADE: Final = Text(zh="发过的调用", en="Calls made")
NO_CALLS: Final = Text(zh="还没有发给部门。", en="Nothing has been sent to the department yet.")
CALL_WHEN: Final = Text(zh="时间", en="When")
CALL_WHAT: Final = Text(zh="调用", en="Call")
CALL_RESULT: Final = Text(zh="结果", en="What came of it")
CALL_UNDER_WAY: Final = Text(zh="进行中", en="under way")
number_of_call: Final = TextOf[Text, int]("{0.zh}（第 {1} 次）", "{0.en} (no. {1})")
DEPARTMENT_SAID: Final = Text(zh="部门原话", en="In the department's words")
RESEND: Final = Text(zh="重发规则", en="The rule for sending again")

TO_SAY: Final = Text(zh="打电话时这样说", en="What to say on the phone")
ask_for: Final = TextOf[Text](
    "致电{0.zh}，报下面的编号，问是否收到、现在怎样。",
    "Call {0.en}, give these numbers, and ask whether it is there and where it stands.",
)
OUR_KEY: Final = Text(zh="我方交办键（随每次调用发给部门）", en="Our key, which every call carried")
FIRST_SENT: Final = Text(zh="首次发出", en="First sent")
LAST_SENT: Final = Text(zh="最近发出", en="Last sent")
THEIR_REFERENCE: Final = Text(zh="部门回执号", en="Their reference")
NO_REFERENCE: Final = Text(zh="无回执号", en="no reference")

resolve_title: Final = TextOf[Text]("{0.zh}：核实后填写", "{0.en}: say what became of it")
retry_title: Final = TextOf[Text]("{0.zh}：再送一次", "{0.en}: send again")
unresolve_title: Final = TextOf[Text]("{0.zh}：撤回填写的结果", "{0.en}: take back what was said")
MOVE_TITLE: Final = Text(zh="改用更正后的事项定义", en="Move to the corrected definition")
RETRY_HOW: Final = Text(
    zh="先排除原因，再送。送的是同样的内容；是否先查询、能否重发，由上面的重发规则决定。",
    en="Put right what is wrong first. The same is sent again; the rule above says whether it is asked about first, or may be sent at all.",
)
UNRESOLVE_HOW: Final = Text(
    zh="回执号录错、结果填错、其实收到了：撤回后回到结果不明，可以重新填写。部门已据此办理、后面的环节已发出的，撤不回。",
    en=(
        "A mistyped reference, a wrong outcome, a wrong “not there”: it is in doubt again and can be said rightly. Not possible once the "
        "department has decided on it or a step after it was sent."
    ),
)
MOVE_HOW: Final = Text(
    zh="事项定义更正之后使用：表单须仍然通过，环节与部门不变，部门已得知的内容不变；否则什么都不改，并说明原因。然后再送挂起的环节。",
    en=(
        "For a service whose definition was corrected. The form must still pass, steps and departments must be the same, and what a "
        "department was told stays the same; else nothing changes, and it says why. Then send the held step again."
    ),
)

VOID_CASE: Final = Text(zh="作废…", en="Void…")
VOID_TITLE: Final = Text(zh="作废办件", en="Void the case")
VOID_HOW: Final = Text(
    zh="误提交的办件，在任何部门办理之前可以作废：什么都不再发给部门，办件以作废结束，不能恢复。部门已办理的，只能由申请人撤回。",
    en=(
        "For a case that was filed by mistake, before any department has acted: nothing of it is sent, it ends as voided, and that stays. "
        "Where a department has acted the applicant can only withdraw it."
    ),
)
VOID_IT: Final = Text(zh="作废，不能恢复", en="Void it for good")
VOID_REASON_HINT: Final = Text(
    zh="为什么是误提交，例如：窗口重复录入，已另有办件。不要写证件号码。",
    en="Why it was filed by mistake, such as: entered twice at the counter, another case stands. No ID numbers.",
)
MOVE_REASON_HINT: Final = Text(
    zh="为什么改用，例如：定义已更正，办件按新定义继续。不要写证件号码。",
    en="Why it is moved, such as: the definition was corrected, the case is to go by it. No ID numbers.",
)

THEY_SAY: Final = Text(zh="部门怎么说", en="What they say")
ABSENT: Final = Text(zh="没有收到", en="It is not there")
ABSENT_HINT: Final = Text(zh="马上再送一次", en="It is sent again at once")
ACCEPTED: Final = Text(zh="收到了，正在办理", en="It is there, and being decided")
ACCEPTED_HINT: Final = Text(zh="须填部门回执号，之后自动查询进展", en="Their reference is needed; it is followed from there on")
APPROVED: Final = Text(zh="已办结，通过", en="It was approved")
APPROVED_HINT: Final = Text(zh="须填部门给出的内容，后面的环节要用", en="What the department gave is needed: later steps use it")
REJECTED: Final = Text(zh="不予办理", en="It was rejected")
REJECTED_HINT: Final = Text(zh="对申请人是最终结果", en="For the applicant that is the end of it")
RETURNED: Final = Text(zh="退回补正", en="It was returned to be corrected")
RETURNED_HINT: Final = Text(zh="申请人补正后再送", en="It is sent again when the applicant has corrected it")
ABSENT_NEVER_HINT: Final = Text(
    zh="马上再送一次，而部门认不出重复：其实已经办了的，会办两次，收不回来。请对方按编号和申请人都查过再选。",
    en=(
        "It is sent again at once, and the department does not recognise a repeat: if it was done after all it is done twice, and that "
        "cannot be undone. Have them look by number and by applicant first."
    ),
)
THEIR_CODE: Final = Text(zh="部门的代码", en="Their code")
THEIR_REASON: Final = Text(zh="部门给出的理由", en="Their reason")
AS_JSON: Final = Text(zh="按 JSON 填写", en="As JSON")
NOT_JSON: Final = Text(zh="不是 JSON。", en="Not JSON.")
REFERENCE_HINT: Final = Text(
    zh="选“收到了，正在办理”必填，网关按它查询进展；其他的没有就不填。对方报不出编号：不要编造，先不填写，请对方查到再填。",
    en=(
        "Needed for “being decided”, which is followed by it. Else leave it empty if there is none. If they give none, do not make one up: "
        "record nothing yet, and ask them to find it."
    ),
)
IF_GIVEN: Final = Text(zh="没有就不填", en="Leave empty if there is none")

REASON: Final = Text(zh="事由（记入审计）", en="Reason (goes to the audit)")
REASON_HINT: Final = Text(
    zh="怎样得知的，例如：值班台 00:10 电话确认。不要写证件号码。",
    en="How it is known, such as: duty desk, by phone, 00:10. No ID numbers.",
)
WHY_AGAIN: Final = Text(zh="排除了什么原因；可以不填", en="What was put right; may be left empty")
RECORD_IT: Final = Text(zh="确认填写", en="Record it")
SEND_IT: Final = Text(zh="再送", en="Send it again")
TAKE_IT_BACK: Final = Text(zh="撤回", en="Take it back")
REQUIRED: Final = Text(zh="必填", en="required")
MOVE_IT: Final = Text(zh="改用", en="Move it")
BACK_TO_CASE: Final = Text(zh="返回办件", en="Back to the case")
WHEN_DEPARTMENT_IS_BACK: Final = Text(
    zh="部门现在不接收：可以先要求再送，部门恢复后才发出。",
    en="Its department takes nothing at the moment: what is to be sent again goes out once the department is back.",
)
NOTHING_CHANGED: Final = Text(zh="没有做任何改动：", en="Nothing was changed:")

PICK_ONE: Final = Text(zh="请选择部门怎么说。", en="Say what they told you.")
REFERENCE_NEEDED: Final = Text(zh="正在办理的，须填部门回执号。", en="Where it is being decided their reference is needed.")
REASON_NEEDED: Final = Text(zh="请写明怎样得知的。", en="Say how it is known.")

#: Said on the case's page after something was done, by the word in its address.
DONE: Final[Mapping[str, Text]] = {
    "retried": Text(zh="已要求再送。", en="It was asked to be sent again."),
    "resolved": Text(zh="已记录核实结果。", en="The outcome was recorded."),
    "unresolved": Text(zh="已撤回填写的结果。", en="What was said was taken back."),
    "voided": Text(zh="已作废办件。", en="The case was voided."),
    "answered": Text(zh="补正已提交，接着办理。", en="The correction was handed in, and the case goes on."),
    "moved": Text(zh="已改用更正后的定义。", en="It was moved to the corrected definition."),
}
