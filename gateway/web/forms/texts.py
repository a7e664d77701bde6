"""Sentences beside the fields of any form."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

OPTIONAL: Final = Text(zh="（选填）", en="(optional)")
CHOOSE_ONE: Final = Text(zh="请选择", en="Choose one")
NOT_FILLED_IN: Final = Text(zh="未填", en="Not filled in")
SAME_AS_APPLICANT: Final = Text(zh="与申请人相同", en="Same as the applicant")
LEAVE_OUT_HINT: Final = Text(zh="不办的，全部留空。", en="Leave all of it blank if it is not wanted.")
LEAVE_OUT: Final = Text(zh="全部清空", en="Clear all of it")
ADD_A_ROW: Final = Text(zh="再加一项", en="Add another")
ADD_FIRST_ROW: Final = Text(zh="添加", en="Add")
REMOVE_ROW: Final = Text(zh="删除", en="Remove")
RAISE_ROW: Final = Text(zh="上移", en="Move up")
NO_ROWS: Final = Text(zh="还没有填。", en="None yet.")
row_number: Final = TextOf[Text, int]("{0.zh} {1}", "{0.en} {1}")
rows_at_most: Final = TextOf[int, int]("已填 {0} 项，最多 {1} 项", "{0} of at most {1}")

things_to_correct: Final = TextOf[int]("有 {0} 处要改", "To correct: {0}")
wrong_at: Final = TextOf[Text, str]("{0.zh}：{1}", "{0.en}: {1}")

asked_only_if: Final = TextOf[Text]("仅在{0.zh}时填写", "Only if {0.en}")
holds: Final = TextOf[Text, Text]("“{0.zh}”为“{1.zh}”", "“{0.en}” is “{1.en}”")
holds_not: Final = TextOf[Text, Text]("“{0.zh}”不是“{1.zh}”", "“{0.en}” is not “{1.en}”")
filled_in: Final = TextOf[Text]("填了“{0.zh}”", "“{0.en}” is filled in")
left_blank: Final = TextOf[Text]("没有填“{0.zh}”", "“{0.en}” is left blank")
all_of: Final = Text(zh="并且", en=" and ")
any_of: Final = Text(zh="，或者", en=", or ")
one_of: Final = Text(zh="”或“", en="” or “")

HOW_IT_IS_FILLED_IN: Final = Text(zh="光标到哪，样单亮到哪。", en="The line you are on lights up.")
sample_says: Final = TextOf[str]("样单：{0}", "Sample: {0}")
FORM_SAMPLE: Final = Text(zh="电子样单", en="How it is filled in")
