"""Sentences of the pages, and what they say in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

SKIP: Final = Text(zh="跳到主要内容", en="Skip to main content")
LANGUAGE: Final = Text(zh="语言", en="Language")
CHINESE: Final = Text(zh="中文", en="中文")
ENGLISH: Final = Text(zh="EN", en="EN")
SIZE: Final = Text(zh="字号", en="Size of letters")
STANDARD_SIZE: Final = Text(zh="标准", en="A")
LARGE_SIZE: Final = Text(zh="大字", en="A+")
HUGE_SIZE: Final = Text(zh="特大", en="A++")
TELEPHONE: Final = Text(zh="咨询", en="Questions:")
COMPLAINT: Final = Text(zh="投诉", en="Complaints:")
REQUEST_ID: Final = Text(zh="请求编号（咨询时请告知）：", en="Number of this request, if you ask about it:")
BACK_TO_SERVICES: Final = Text(zh="返回办事首页", en="Back to the services")

SERVICES: Final = Text(zh="办事", en="Services")
WHAT_TO_DO: Final = Text(zh="您要办什么？", en="What would you like to do?")
ONE_COUNTER: Final = Text(
    zh="只跑一处、只交一次：一张表填一次，需要办理的部门由中心送达。",
    en="One counter, once: you fill in one form, and the centre takes it to every department that must act.",
)
NOT_NOW: Final = Text(zh="有部门暂停受理", en="a department is closed at the moment")
departments_and_days: Final = TextOf[int, str]("{0} 个部门 · {1}", "Departments: {0} · {1}")
departments_down: Final = TextOf[str](
    "现在暂不受理：{0} 暂时不能办理。请稍后再来，或向窗口咨询。",
    "Not possible at the moment: {0} cannot act now. Come back later, or ask at the counter.",
)

WHO: Final = Text(zh="谁可以办", en="Who may apply")
BRING: Final = Text(zh="带什么", en="What to bring")
NOTHING_TO_BRING: Final = Text(zh="不用带材料。", en="Nothing.")
HOW_LONG: Final = Text(zh="多久办好", en="How long it takes")
WHO_ACTS: Final = Text(zh="哪些部门办理，各为什么", en="Which departments act, and why")
ON_REQUEST: Final = Text(zh="按您的选择办理", en="if you ask for it")
SAMPLE: Final = Text(zh="填写样例", en="A form filled in")
SAMPLE_STAMP: Final = Text(zh="样单", en="SAMPLE")
SAMPLE_IS_INVENTED: Final = Text(zh="样例中的人和号码都是虚构的。", en="People and numbers of the sample are invented.")
YES: Final = Text(zh="是", en="yes")
NO: Final = Text(zh="否", en="no")

SAME_DAY: Final = Text(zh="当天办结", en="Done the same day")
within_days: Final = TextOf[int]("承诺 {0} 个工作日内办结", "Done within {0} working days, as promised")
statutory_same_day: Final = Text(zh="（法定当天）", en="(by law: the same day)")
statutory_days: Final = TextOf[int]("（法定 {0} 个工作日）", "(the law allows {0})")

#: 服务对象 of GB/T 39046-2020, which `codes.audience` of a service holds.
AUDIENCE: Final[Mapping[str, Text]] = {
    "1": Text(zh="自然人", en="A person"),
    "2": Text(zh="企业法人", en="A company"),
    "3": Text(zh="事业法人", en="A public institution"),
    "4": Text(zh="社会组织法人", en="An association"),
    "5": Text(zh="行政机关", en="An authority"),
    "6": Text(zh="其他组织", en="Another organisation"),
}


def promised(days: int) -> Text:
    """Say the promised limit in working days."""
    return within_days(days) if days else SAME_DAY


def statutory(days: int | None) -> Text | None:
    """Say the limit of the law, where it sets one."""
    return None if days is None else statutory_days(days) if days else statutory_same_day
