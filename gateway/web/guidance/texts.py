"""Sentences of guidance and of the list of what to bring (一次性告知单)."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

GUIDANCE: Final = Text(zh="办事引导", en="What do I need?")
GUIDANCE_LEAD: Final = Text(
    zh="选一件事，回答两三个问题，就知道该办什么、带什么。不用登录，也不用填写个人信息。",
    en="Choose, answer two or three questions, and see what you need and what to bring. You give no name and no number.",
)
FIND_OUT: Final = Text(zh="看看我要带什么", en="What must I bring?")
question_number: Final = TextOf[int](zh="第 {0} 个问题", en="Question {0}")
ONE_BACK: Final = Text(zh="上一步", en="Back")
YOU_SAID: Final = Text(zh="您的回答", en="What you said")
CHANGE_ANSWER: Final = Text(zh="更改", en="Change")
change_answer: Final = TextOf[Text]("更改：{0.zh}", "Change: {0.en}")

nothing_to_bring: Final = TextOf[Text]("{0.zh}：不用带材料", "{0.en}: there is nothing to bring")
one_to_bring: Final = TextOf[Text]("{0.zh}：请带 1 样材料", "{0.en}: bring one thing")
many_to_bring: Final = TextOf[Text, int]("{0.zh}：请带 {1} 样材料", "{0.en}: bring {1} things")
you_need: Final = TextOf[Text]("您要办的是：{0.zh}", "What you need: {0.en}")
not_here: Final = TextOf[Text]("这种情况不按“{0.zh}”办理", "This is not dealt with as “{0.en}”")
WHERE_AND_WHEN: Final = Text(zh="在哪里办，什么时候", en="Where, and when")
ALSO: Final = Text(zh="您可能还要办", en="You may also need")
away_now: Final = TextOf[Text](
    "{0.zh}现在不接收新的办件。您仍可以来办，恢复后由中心送达。",
    "At the moment {0.en} takes nothing. You may come all the same: the centre passes it on later.",
)
PRINT_LIST: Final = Text(zh="打印一次性告知单", en="Print this list")
WHOLE_GUIDE: Final = Text(zh="完整的办事指南和填写样例", en="The whole guide, with a form filled in")
BEGIN_ANEW: Final = Text(zh="重新选择", en="Begin anew")

BRING_LIST: Final = Text(zh="一次性告知单", en="What to bring")
printed_on: Final = TextOf[str]("{0} 打印", "Printed on {0}")
MISSING: Final = Text(zh="还缺这些", en="Still missing")
DRAFT_CODE: Final = Text(zh="接着办的编码", en="Code to go on with")
DRAFT_CODE_MEANS: Final = Text(
    zh="您填过的内容已保存。下次来，把这个编码告诉窗口，接着办，不用重填。",
    en="What you filled in is kept. Next time, tell the counter this code: you go on where you stopped.",
)
SCAN_TO_READ: Final = Text(zh="扫码在手机上看", en="Scan to read it on a phone")
PRINT: Final = Text(zh="打印", en="Print")
LIST_MAY_CHANGE: Final = Text(
    zh="以办理当日的规定为准；不清楚的，请先打电话问。", en="What holds is the rule of the day on which you come. If in doubt, call first."
)
