"""Sentences of the pages on which a returned case is answered."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

CORRECT_A_CASE: Final = Text(zh="补正", en="Correct a case")
BACK_TO_PROGRESS: Final = Text(zh="返回办理进度", en="Back to its progress")

# The proof of a party.
IS_IT_YOU: Final = Text(zh="请先核对身份", en="First, is it you?")
WHY_SIX: Final = Text(
    zh="凭证可能被别人拿到，所以补正前要核对证件号码的最后 6 位。",
    en="Somebody else may have found the receipt, so the end of your document's number is compared first.",
)
SIX: Final = Text(zh="证件号码的最后 6 位", en="Last six characters of your document's number")
SIX_HINT: Final = Text(
    zh="您的身份证（或提交时所用证件）号码；单位填统一社会信用代码。末位是 X 的，大小写都可以。",
    en="Of your ID card, or of the document that you handed in with; of the unified social credit code for an organisation. An x will do.",
)
SIX_AS_HANDED_IN: Final = Text(
    zh="以提交时登记的号码为准。登记的号码本身有误的，请带证件到窗口补正。",
    en="As it was handed in. If that number itself is wrong, correct it at the counter, with your document.",
)
GO_TO_THE_FORM: Final = Text(zh="继续", en="Go on")
WHAT_YOU_TYPED_IS_KEPT: Final = Text(
    zh="已超过 20 分钟，需要再核对一次。您填写的内容都还在，没有提交。",
    en="Twenty minutes have passed, so this is asked once more. What you typed is kept, and has not been sent.",
)

# The form.
WHAT_IS_ASKED: Final = Text(zh="只改下面要求补正的内容，改好后提交。", en="Change what is asked for here, and send it.")
departments_say: Final = TextOf[Text, str]("{0.zh}：{1}", "{0.en}: {1}")
asked_by: Final = TextOf[Text]("{0.zh}要求补正", "Asked for by {0.en}")
GOES_WITH_IT: Final = Text(zh="与上面的修改有关，请一并填写", en="This goes with what you change above")
SOME_IS_OTHERS: Final = Text(
    zh="另有补正内容不在这里：由另一方当事人补正，或到窗口办理。",
    en="Something else is asked that is not here: the other party answers it, or the counter.",
)
NOT_ALL_IN_SIGHT: Final = Text(
    zh="这样修改还涉及不向您显示的内容，请到窗口办理。",
    en="This change touches something that is not shown to you. Please come to the counter.",
)
SEND_THE_ANSWER: Final = Text(zh="提交补正", en="Send the correction")
SENT_ONCE: Final = Text(zh="按两次也只提交一次。", en="Pressed twice, it is sent once.")
THE_REST: Final = Text(zh="其他内容（不能改）", en="Everything else (not to be changed)")
THE_REST_IS_MASKED: Final = Text(zh="个人信息已隐去一部分。", en="Personal data is partly hidden.")

# Where there is no form.
NOTHING_ASKED: Final = Text(zh="现在没有要您补正的内容", en="Nothing is asked of you now")
NOTHING_ASKED_WHY: Final = Text(
    zh="补正已经提交过了，或者部门的要求已经变化。不用再交，办理进度里可以看到现在到了哪一步。",
    en="It was answered already, or the department asks no more. There is nothing to send: its progress says where it stands.",
)
CANNOT_BE_DRAWN: Final = Text(zh="这份办件请到窗口补正", en="Please correct this case at the counter")
CANNOT_BE_DRAWN_WHY: Final = Text(
    zh="它按以前的表单提交，这里显示不了。请带上收件凭证到窗口。",
    en="It was handed in on an earlier form, which cannot be shown here. Bring the receipt to the counter.",
)
COUNTER_CANNOT_DRAW: Final = Text(zh="这份办件不能在页面上补正", en="This case cannot be corrected on a page")
COUNTER_CANNOT_DRAW_WHY: Final = Text(
    zh="它按以前的表单提交，页面显示不了。请由前台系统通过接口补正（办件的 revisions），或请运维人员改用更正后的事项定义。",
    en="It was handed in on an earlier form, which no page can show. A front end corrects it by the interface (its revisions), or an "
    "operator moves it to a corrected definition.",
)

# The counter.
TO_ANSWER: Final = Text(zh="待补正", en="To be corrected")
TO_ANSWER_WHY: Final = Text(zh="本组退回补正的办件，最近收件的在前。", en="Your group's returned cases, the latest first.")
NONE_TO_ANSWER: Final = Text(zh="本组没有待补正的办件。", en="No case of your group is to be corrected.")
FIND_TO_ANSWER: Final = Text(zh="按编号或查询码找", en="Find by number or query code")
FIND_TO_ANSWER_HINT: Final = Text(zh="办件编号的后几位，或凭证上的查询码", en="The end of the case's number, or the receipt's query code")
FIND_IT: Final = Text(zh="查找", en="Find")
NO_CASE_TO_ANSWER: Final = Text(zh="本组没有这样的办件。请对照凭证再输入。", en="Your group has no such case. Compare it with the receipt.")
MORE_TO_ANSWER: Final = Text(zh="更早的", en="Earlier ones")
CORRECT_IT: Final = Text(zh="补正", en="Correct it")
