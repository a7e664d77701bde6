"""Sentences of the page of trends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

#: Spans by their word in the address.
SPANS: Final[Mapping[str, Text]] = {
    "day": Text(zh="24 小时", en="24 hours"),
    "week": Text(zh="7 天", en="7 days"),
    "quarter": Text(zh="90 天", en="90 days"),
}
HOW_FAR_BACK: Final = Text(zh="多长时间", en="How far back")
received_and_ended: Final = TextOf[int, int]("收件 {0} 件，办结 {1} 件", "Cases received: {0}, ended: {1}")
DEPARTMENT_ALONE: Final = Text(zh="与网关的往来", en="Calls and answers")
NOTHING_COUNTED: Final = Text(
    zh="还没有统计。每分钟统计一次，从第一件办件开始。", en="Nothing has been counted yet. It is, each minute, from the first case on."
)
counted: Final = TextOf[Text, Text]("每根一格为{1.zh}，统计到 {0.zh}。", "A bar is {1.en}. Counted at {0.en}.")
#: The length of a bar by the same words.
STEPS: Final[Mapping[str, Text]] = {
    "day": Text(zh="一小时", en="an hour"),
    "week": Text(zh="六小时", en="six hours"),
    "quarter": Text(zh="一天", en="a day"),
}
CASES_RECEIVED: Final = Text(zh="收件", en="Received")
CASES_ENDED: Final = Text(zh="办结", en="Ended")
most_at: Final = TextOf[Text, int, Text, int]("{0.zh}：共 {1}，最多 {3}（{2.zh}）", "{0.en}: {1} in all, {3} at most ({2.en})")
none_of: Final = TextOf[Text]("{0.zh}：没有", "{0.en}: none")
ON_TIME: Final = Text(zh="按时", en="On time")
LATE: Final = Text(zh="逾期", en="Late")
on_time_of: Final = TextOf[int, int, float](
    "有承诺期限的 {0} 件中，{1} 件按时（{2:.1f}%）", "Of {0} with a promised date {1} ended by it ({2:.1f} %)"
)
NONE_PROMISED: Final = Text(zh="没有办结的办件带承诺期限。", en="None that ended had a promised date.")
calls_found: Final = TextOf[int, int, float, str, str](
    "调用 {0} 次，失败 {1} 次（{2:.1f}%）；半数在 {3} 内，95% 在 {4} 内",
    "Calls: {0}, failed: {1} ({2:.1f} %); half within {3}, 95 of 100 within {4}",
)
NEVER_CALLED: Final = Text(zh="没有调用。", en="No calls.")
CALLS: Final = Text(zh="调用", en="Calls")
FAILED_CALLS: Final = Text(zh="失败", en="Failed")
SLOWEST_95: Final = Text(zh="95% 用时", en="95 of 100 within")
HALF_WITHIN: Final = Text(zh="半数用时", en="Half within")
slowest_at: Final = TextOf[str, Text]("95% 用时最长 {0}（{1.zh}）", "95 of 100 calls within {0} at the slowest ({1.en})")
FROM_TIME: Final = Text(zh="从", en="From")
THE_NUMBERS: Final = Text(zh="数字", en="The numbers")
