"""Sentences of the pages on which people follow their case."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

PROGRESS: Final = Text(zh="办理进度", en="Progress")
HANDED_IN_ALREADY: Final = Text(zh="已经交了？查进度", en="Handed in already? See how it goes")
QUERY_CODE: Final = Text(zh="查询码", en="Query code")
QUERY_CODE_HINT: Final = Text(
    zh="收件凭证上的 10 位字母和数字；小写、空格都可以。", en="The ten characters on your receipt. Small letters and spaces do no harm."
)
SEE_PROGRESS: Final = Text(zh="查进度", en="See progress")
OR_THE_LINK: Final = Text(
    zh="也可以打开收件凭证上的链接。凭证丢了，请带身份证到窗口补发。",
    en="The link on the receipt leads there, too. Lost the receipt? Ask for another at the counter, with your ID card.",
)
LINK_IS_DEAD: Final = Text(zh="这个链接已打不开进度", en="This link shows no case")
LINK_IS_DEAD_WHY: Final = Text(
    zh="凭证补发后，以前的链接和查询码就作废了；也可能是链接没有抄全。请用最近一次凭证上的链接或查询码。",
    en="Once a receipt is issued again, those before it lead nowhere; or the link was not copied whole. Use the latest one's link or code.",
)
ASK_AT_THE_COUNTER: Final = Text(
    zh="还是打不开？请带身份证到窗口问，可以当场补发凭证。",
    en="Still nothing? Ask at the counter, with your ID card: a receipt can be issued again there and then.",
)

UNDER_WAY: Final = Text(zh="办理中", en="In progress")
TO_CORRECT: Final = Text(zh="需要您补正", en="Please correct it")
TAKING_BACK: Final = Text(zh="正在撤回", en="Being taken back")
DONE: Final = Text(zh="已办结", en="Done")
NOT_APPROVED: Final = Text(zh="没有通过", en="Not approved")
TAKEN_BACK: Final = Text(zh="已撤回", en="Taken back")
VOIDED: Final = Text(zh="已作废", en="Voided")

steps_done: Final = TextOf[int, int]("{1} 个环节，已办结 {0} 个。", "Steps done: {0} of {1}.")
NOTHING_TO_DO: Final = Text(zh="您不用做什么。", en="Nothing for you to do.")
SEE_BELOW: Final = Text(zh="要做的事写在下面。", en="What to do stands below.")
expected_by: Final = TextOf[Text]("预计最迟 {0.zh}办结。", "Expected by {0.en}.")
past_due: Final = TextOf[Text](
    "预计的日期（{0.zh}）已过，还没有办结：可以打电话询问或投诉。",
    "It was expected by {0.en} and is not done yet: call to ask, or to complain.",
)
PROVISIONAL: Final = Text(
    zh="这个日期是收件时暂定的，部门受理后以受理之日起算。",
    en="That day is provisional, reckoned from when it was received. It counts anew from the day on which the department accepts it.",
)
NOT_ACCEPTED_YET: Final = Text(
    zh="收件不等于受理：是否受理，由办理的部门决定。",
    en="Received is not accepted: whether it is accepted, the department decides.",
)

received_on: Final = TextOf[Text]("{0.zh} 中心已收件", "{0.en}, by the centre")
CORRECTION: Final = Text(zh="补正", en="Correction")
corrected_on: Final = TextOf[Text]("{0.zh} 已提交", "Handed in on {0.en}")
#: Of a step: its department, and the day since when it is so.
not_there_yet: Final = TextOf[Text, Text]("还没有送交{0.zh}", "Not with {0.en} yet")
on_its_way: Final = TextOf[Text, Text]("正在送交{0.zh}", "On its way to {0.en}")
goes_later: Final = TextOf[Text, Text](
    "{0.zh}现在不接收，恢复后自动送达", "{0.en} takes nothing at the moment: it goes there by itself once it does"
)
with_since: Final = TextOf[Text, Text]("{0.zh}办理中，自 {1.zh}", "With {0.en} since {1.en}")
being_checked: Final = TextOf[Text, Text]("正在与{0.zh}核实", "Being checked with {0.en}")
centre_deals: Final = TextOf[Text, Text]("中心正在处理", "The centre is dealing with it")
returned_on: Final = TextOf[Text, Text]("{0.zh} {1.zh} 退回补正", "Returned by {0.en} on {1.en}, to be corrected")
done_on: Final = TextOf[Text, Text]("{0.zh} {1.zh} 办结", "Done by {0.en} on {1.en}")
refused_on: Final = TextOf[Text, Text]("{0.zh} {1.zh} 没有通过", "Not approved by {0.en}, {1.en}")
taken_back_on: Final = TextOf[Text, Text]("{1.zh} 已撤回", "Taken back on {1.en}")

not_handed_over: Final = TextOf[Text, Text]("没有交给{0.zh}", "Not handed to {0.en}")

WHAT_TO_CORRECT: Final = Text(zh="请补正", en="What to correct")
WHERE_TO_CORRECT: Final = Text(
    zh="请带上收件凭证和要补的材料，到窗口补正：", en="Bring the receipt, and what is missing or wrong, to the counter:"
)
ANSWER_NOW: Final = Text(zh="现在补正", en="Correct it now")
OR_AT_THE_COUNTER: Final = Text(zh="也可以带上收件凭证，到窗口补正：", en="Or bring the receipt to the counter:")
SOME_IS_ANOTHERS: Final = Text(
    zh="有的补正内容不向您显示：请由另一方当事人补正，或一起到窗口办理。",
    en="Some of what is asked is not shown to you: the other party answers it, or all of you at the counter.",
)
ANSWERED: Final = Text(
    zh="补正已提交，接着办理。您不用再交一次。", en="Your correction was handed in, and the case goes on. Do not send it again."
)
best_before: Final = TextOf[Text](
    "最好不晚于 {0.zh}：这是暂定的办结日期，补正晚了，办结也晚。",
    "Best before {0.en}, the provisional day: the later you correct it, the later it ends.",
)
SOON: Final = Text(zh="请尽快：补正之后才会接着办理。", en="As soon as you can: it goes on once it is corrected.")

AFTERWARDS: Final = Text(zh="办结之后", en="What comes afterwards")
WHAT_NEXT: Final = Text(zh="接下来", en="What next")
SOME_NOT_APPROVED: Final = Text(zh="其中有没有通过的环节，见下。", en="One of the steps was not approved: see below.")
NOT_APPROVED_NEXT: Final = Text(
    zh="请到窗口领取书面决定：上面写明理由，以及不服时怎样申请行政复议或者提起诉讼。条件具备后可以重新申请。",
    en="Fetch the written decision at the counter. It says why, and how to have it reviewed, by the authority or in court. You may apply "
    "again once what was lacking is there.",
)
TAKEN_BACK_NEXT: Final = Text(
    zh="已经按申请撤回，不再办理。需要时可以重新提交。", en="It was taken back as asked for. You may hand it in again at any time."
)
VOIDED_NEXT: Final = Text(
    zh="这份办件登记有误，中心已将它作废，没有交给部门办理。您确实提交过申请的，请到窗口问新的办件。",
    en="This case was entered by mistake, and no department has acted on it. If you did apply, ask at the counter which case replaced it.",
)

CALL_THE_CENTRE: Final = Text(zh="打电话问", en="Call the centre")
CALL_TO_COMPLAIN: Final = Text(zh="投诉", en="Complain")
DATA_IS_HIDDEN: Final = Text(zh="个人信息已隐去；查询码和链接只能看进度。", en="Personal data is hidden. Code and link show progress only.")
STOP_SHOWING: Final = Text(zh="不再在这台设备上显示", en="Stop showing it on this device")

#: Of a thing that not everybody must bring: the question, and the answers with which it is needed.
only_if: Final = TextOf[Text, Text]("什么情况要带：{0.zh}——{1.zh}", "For whom: {0.en} – {1.en}")
EITHER: Final = Text(zh="，或者", en=" / ")
