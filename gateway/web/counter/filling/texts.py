"""Sentences of the pages on which a draft is filled in."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text

WHO_APPLIES: Final = Text(zh="谁来办？", en="Who applies?")
WHO_HANDS_IN: Final = Text(zh="别人代办（选填）", en="Somebody else hands it in (optional)")
AGENT_HINT: Final = Text(zh="申请人本人来的，不用填。", en="Leave it blank if the applicant has come in person.")
TICKET_NUMBER: Final = Text(zh="排队号（没有就不填）", en="Ticket number (if there is one)")
PARTIES_OF_SERVICE: Final = Text(zh="这个事项的当事人", en="Parties of this service")
PARTY_SIGNS: Final = Text(zh="须签字", en="signs")
PARTY_COMES: Final = Text(zh="须到场", en="must come in person")
DISCARD_DRAFT: Final = Text(zh="不办了，删除草稿", en="Not wanted: discard the draft")
DISCARD_FOR_GOOD: Final = Text(zh="删除，不能恢复", en="Discard it for good")
FILL_IN_FORM: Final = Text(zh="填写申请", en="Fill in the application")
FOR_TRAINING_ALONE: Final = Text(
    zh="只有培训用的系统才能照样单填入，这里没有填入任何内容。",
    en="Only an installation for training fills forms in from the sample. Nothing was filled in.",
)
AS_IN_SAMPLE: Final = Text(zh="照样单填入", en="Fill in from the sample")
GO_ON_ALL_THE_SAME: Final = Text(zh="已保存。先不改，继续下一步", en="It is saved. Go on without correcting it now")
NEWLY_ASKED: Final = Text(zh="新增的：", en="New:")
NO_LONGER_ASKED: Final = Text(zh="新表单不再需要、不会提交的内容：", en="Not asked for any more, and not handed in:")
DRAFT_WAITS: Final = Text(
    zh="这个事项暂停收件，草稿会保留，恢复后再提交。", en="This service is suspended. The draft waits, and can be filed once it is resumed."
)
SAVED_ELSEWHERE: Final = Text(zh="有人在别处改过同一处", en="Somebody has changed the same meanwhile")

PAPERS_BROUGHT: Final = Text(zh="清点材料", en="Papers")
PAPERS_HOW: Final = Text(zh="每样都看过再选；没选的算缺。", en="Look at each, then choose. What is not chosen counts as missing.")
NO_PAPERS: Final = Text(zh="这个事项不用带材料。", en="Nothing has to be brought for this service.")
PAPER_SEEN: Final = Text(zh="原件看过，已退还", en="Original seen, given back")
PAPER_KEPT: Final = Text(zh="收下", en="Kept")
PAPER_MISSING: Final = Text(zh="缺", en="Missing")
STILL_LACKING: Final = Text(zh="还缺什么", en="What is still missing")
NOTHING_LACKING: Final = Text(zh="什么都不缺，可以核对了。", en="Nothing is missing: go on and check it.")
PRINT_THE_LIST: Final = Text(zh="打印一次性告知单（带草稿码）", en="Print what to bring, with the draft's code")
GUIDE_QUESTIONS: Final = Text(zh="问清情况，才知道带什么", en="Ask first: it decides what to bring")
UPDATE_LIST: Final = Text(zh="更新清单", en="Update the list")
