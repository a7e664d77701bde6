"""Sentences of the page on which a draft is checked, of the same turned to the applicant, and of filing."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

CHECK_TOGETHER: Final = Text(zh="请与申请人一起核对", en="Check it together with the applicant")
TURN_THE_SCREEN: Final = Text(zh="转屏给申请人看", en="Turn the screen")
MATRIX_VALUE: Final = Text(zh="内容", en="Value")
CHANGE_IT: Final = Text(zh="修改", en="Change")
WHO_IS_TOLD: Final = Text(zh="这些信息会告诉谁", en="Who will be told what")
MATRIX_ITEM: Final = Text(zh="项", en="Item")
IS_TOLD: Final = Text(zh="告知", en="told")
IS_NOT_TOLD: Final = Text(zh="不告知", en="not told")
TOLD_DEPENDING: Final = Text(zh="视结果", en="depends")
DEPENDS_MEANS: Final = Text(
    zh="“视结果”：前面的环节办好后才知道要不要送这个部门。",
    en="“Depends”: whether this department is needed is known after the steps before.",
)
TOLD_TO_NOBODY: Final = Text(zh="先填写，才知道告诉谁。", en="Fill it in first: then it is known who is told.")
to_put_right: Final = TextOf[int]("还有 {0} 处要改，改好才能提交", "To correct before it can be filed: {0}")
more_to_put_right: Final = TextOf[int]("另有 {0} 处。", "And {0} more.")
so_many: Final = TextOf[int]("{0} 项", "{0} of them")
rows_many: Final = TextOf[int]("逐行查看全部 {0} 行", "See all {0} rows")
WARNINGS: Final = Text(zh="可以提交，但请留意", en="It can be filed, but note")
PAPERS_LACKING: Final = Text(zh="还缺的材料", en="Papers that are missing")
done_by: Final = TextOf[Text]("最迟 {0.zh} 办结", "Done by {0.en} at the latest")
DAY_UNKNOWN: Final = Text(
    zh="没有这一年的工作日历，办结日期暂时算不出。", en="No calendar of working days for that year: the day cannot be told yet."
)
DAY_IS_PROVISIONAL: Final = Text(
    zh="暂定：部门受理后以受理之日起算。", en="Provisional: it counts from the day on which the department accepts it."
)
CONFIRMED_BY_APPLICANT: Final = Text(zh="申请人已核对，确认属实", en="The applicant has checked it and confirms that it is true")
CONFIRMED_ON_SCREEN: Final = Text(zh="申请人已在转过去的屏幕上确认属实。", en="The applicant has confirmed it on the turned screen.")
NOT_CONFIRMED: Final = Text(
    zh="请申请人核对，并勾选“申请人已核对，确认属实”。", en="Let the applicant check it, and tick that it is confirmed."
)
submit_to: Final = TextOf[int]("提交，发给 {0} 个部门", "File it: goes to {0} department(s)")
ONE_CASE_ALWAYS: Final = Text(zh="重复点击、断网重试，都只会有一件。", en="Press twice, lose the line: it is still one case.")
CHANGED_MEANWHILE: Final = Text(
    zh="草稿刚在别处改过，下面是最新的内容。请再核对一遍，再提交。",
    en="The draft has just been changed elsewhere. Below is what it says now: check it once more, then file it.",
)
NOTHING_WAS_FILED: Final = Text(zh="还没有提交，草稿都在", en="Not filed; the draft is all there")

LATE_ENTRY: Final = Text(zh="补录：系统停用时已经收下的", en="Late entry: taken in while systems were down")
LATE_ENTRY_HOW: Final = Text(
    zh="只在系统停用期间已收下材料时填写。以您的名义证明递交时间，期限从那时起算，并记入审计。",
    en="Only for what was taken in while systems were down. The time stands in your name and in the audit, and the days count from it.",
)
HANDED_IN_AT: Final = Text(zh="递交时间", en="Handed in at")
LATE_REASON: Final = Text(zh="原因", en="Why only now")
is_late_by: Final = TextOf[str]("由您（{0}）补录", "Entered late by you ({0})")

# Turned to the applicant.
PLEASE_CHECK: Final = Text(zh="请您核对", en="Please check")
IS_IT_RIGHT: Final = Text(
    zh="下面是将要提交的内容，和每一项会告诉哪些部门。", en="This will be handed in, and below stands which department is told what."
)
ALL_IS_RIGHT: Final = Text(zh="都对，确认属实", en="All is right: I confirm")
SOMETHING_IS_WRONG: Final = Text(zh="有不对的，请窗口修改", en="Something is wrong: ask the clerk")
