"""Sentences of the list of cases, of its search, and of one case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

# One case.
CASE: Final = Text(zh="办件", en="Case")
COPY_NUMBER: Final = Text(zh="复制编号", en="Copy the number")
COPIED: Final = Text(zh="已复制", en="Copied")
DUE: Final = Text(zh="承诺期限", en="Deadline")
ENDED: Final = Text(zh="办结", en="Ended")
CHANNEL: Final = Text(zh="渠道", en="Channel")
REVISION: Final = Text(zh="第几版", en="Revision")
done_of: Final = TextOf[int, int]("{1} 个中 {0} 个已办结", "{0} of {1} done")

WHAT_EACH_DID: Final = Text(zh="各部门经过", en="What each department did")
CHINA_TIME: Final = Text(zh="东八区时间", en="UTC+8")
LANE_KINDS: Final[Mapping[str, Text]] = {
    "call": Text(zh="正在调用部门", en="a call is under way"),
    "decides": Text(zh="部门办理中", en="the department decides"),
    "unknown": Text(zh="结果不明", en="outcome unknown"),
    "held": Text(zh="等人处理", en="waits for a person"),
    "back": Text(zh="等申请人补正", en="waits for the applicant"),
}
milliseconds: Final = TextOf[int]("{0} 毫秒", "{0} ms")
seconds: Final = TextOf[str]("{0} 秒", "{0} s")
minutes: Final = TextOf[int]("{0} 分钟", "{0} min")
hours: Final = TextOf[int]("{0} 小时", "{0} h")
days: Final = TextOf[int]("{0} 天", "{0} d")
goes_on: Final = TextOf[Text]("{0.zh}，还在继续", "{0.en} so far")
lane_of: Final = TextOf[Text, Text]("{0.zh}：{1.zh}", "{0.en}: {1.en}")
waits_for: Final = TextOf[Text]("等：{0.zh}。", "It waits for {0.en}.")
NOT_BEGUN: Final = Text(zh="还没有开始", en="not begun")
WHERE_IT_STANDS: Final = Text(zh="现在到哪一步", en="Where it stands")
calls: Final = TextOf[int]("已发 {0} 次", "times sent: {0}")
next_at: Final = TextOf[Text]("下一次 {0.zh}", "next at {0.en}")
reference_is: Final = TextOf[str]("回执号 {0}", "reference {0}")
round_is: Final = TextOf[int]("第 {0} 轮", "round {0}")
DEPARTMENT_CODE: Final = Text(zh="部门代码", en="their code")

HISTORY: Final = Text(zh="经过", en="History")
ALL_EVENTS: Final = Text(zh="全部", en="All")
FAILURES_ONLY: Final = Text(zh="只看失败", en="Failures only")
NO_FAILURES: Final = Text(zh="没有失败。", en="Nothing failed.")
SHOWN: Final = Text(zh="筛选", en="Shown")
FIRST_EVENTS: Final = Text(zh="只显示最早的 500 项。", en="The first 500 are shown.")

WHO_DID_WHAT: Final = Text(zh="人的处置与事由", en="What people did, and why")
NOBODY_YET: Final = Text(zh="还没有人处置过。", en="Nobody has done anything with it.")
NO_REASON: Final = Text(zh="没有写事由", en="no reason given")
REASON_NOT_SEEN: Final = Text(zh="您的角色看不到事由", en="your role does not see reasons")
by_and_when: Final = TextOf[str, Text]("{0} · {1.zh}", "{0} · {1.en}")
PARTIES: Final = Text(zh="当事人", en="Parties")
acts_for: Final = TextOf[str]("为 {0} 办理", "acts for {0}")
NOT_SHOWN: Final = Text(zh="不显示", en="not shown")
HANDED_IN: Final = Text(zh="提交的内容", en="What was handed in")
MASKED: Final = Text(zh="个人信息已遮盖。", en="Personal data is masked.")
NOT_YOURS_TO_SEE: Final = Text(zh="您的角色看不到提交的内容。", en="Your role does not see what was handed in.")

#: The fields of a person, which no form of a service titles.
PERSON: Final[Mapping[str, Text]] = {
    "name": Text(zh="姓名", en="Name"),
    "id_type": Text(zh="证件类型", en="Document"),
    "id_number": Text(zh="证件号码", en="Number"),
    "mobile": Text(zh="手机", en="Mobile"),
}

# The list.
NOTHING_FITS: Final = Text(zh="没有符合的办件。放宽条件，或清除筛选。", en="No case fits. Ask for less, or clear the filters.")
NO_CASES: Final = Text(zh="还没有办件。收到第一件后会出现在这里。", en="There are no cases yet. The first that comes in stands here.")
CLEAR: Final = Text(zh="清除筛选", en="Clear the filters")
FILTER: Final = Text(zh="筛选", en="Filter")
STATE: Final = Text(zh="状态", en="State")
SERVICE: Final = Text(zh="事项", en="Service")
DEPARTMENT: Final = Text(zh="部门", en="Department")
ANY: Final = Text(zh="不限", en="any")
ONLY_ATTENTION: Final = Text(zh="只看要人处理的", en="Only those that need a person")
ONLY_OTHERWISE: Final = Text(zh="只看部门所知已不同的", en="Only those told otherwise")
RECEIVED_FROM: Final = Text(zh="收件日期起", en="Received from")
RECEIVED_TO: Final = Text(zh="收件日期止", en="Received to")
STANDS_AT: Final = Text(zh="停在", en="Stands at")
STEPS_DONE: Final = Text(zh="部门进度", en="Departments")
NEXT_PAGE: Final = Text(zh="更早的", en="Older ones")
FIRST_PAGE: Final = Text(zh="回到最新", en="Back to the newest")
ENDED_ALL: Final = Text(zh="已办结", en="done")
NOT_PURSUED: Final = Text(zh="不再办理", en="not pursued")
found_for: Final = TextOf[str]("“{0}”的查找结果", "Found for “{0}”")
NOT_FOUND_BY_NUMBER: Final = Text(
    zh=("没有找到。可以查：整个办件编号、它的后 12 位（日期和顺序号）、今天的顺序号，或部门的回执号；空格不影响。"),
    en=(
        "Not found. What can be looked for: a whole case number, its last 12 digits (the day and the count), today's count alone, or a "
        "department's reference. Spaces do not matter."
    ),
)
BY_PERSON: Final = Text(zh="按证件查找", en="Find by document")
BY_PERSON_HINT: Final = Text(
    zh="在任何角色中（申请人、当事人）。证件号码不会出现在地址里，也不会记入日志。",
    en="In any role. The number stands in no address and in no log.",
)
ID_TYPE: Final = Text(zh="证件类型", en="Document")
ID_NUMBER: Final = Text(zh="证件号码或统一社会信用代码", en="Number of the document, or the organisation's code")
ORGANISATION: Final = Text(zh="组织（统一社会信用代码）", en="an organisation (unified social credit code)")
FIND_PERSON: Final = Text(zh="查找", en="Find")
FOUND_BY_PERSON: Final = Text(zh="按证件查找的结果", en="Found by the document")
NUMBER_NEEDED: Final = Text(zh="请填写证件号码。", en="Fill in the number.")
TYPE_NEEDED: Final = Text(zh="请选择证件类型。", en="Say which document it is.")
THAT_IS_A_PERSONS: Final = Text(
    zh="这是证件号码：请用“按证件查找”，号码不会出现在地址里。",
    en="That is a person's number: find by document, where it stands in no address.",
)
WRONG_DAY: Final = Text(zh="日期要写成 2026-11-29。", en="A day is written 2026-11-29.")
