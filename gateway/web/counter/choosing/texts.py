"""Sentences of the counter's first page."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

WHAT_IS_WANTED: Final = Text(zh="这位要办什么？", en="What does this person come for?")
FIND_SERVICE: Final = Text(zh="找事项", en="Find a service")
FIND_SERVICE_HINT: Final = Text(zh="名称里的字、英文或事项代码，如 newlywed", en="A word of its name or its code, such as newlywed")
FIND_SERVICES: Final = Text(zh="找", en="Find")
SHOW_ALL: Final = Text(zh="显示全部", en="Show all")
NO_SUCH_SERVICE: Final = Text(zh="没有这样的事项。换个词，或显示全部。", en="No service fits. Try another word, or show all.")
departments_named: Final = TextOf[Text, Text]("{0.zh} · {1.zh}", "{0.en} · {1.en}")
CANNOT_BEGIN: Final = Text(zh="现在不能收件：有部门未接通", en="Cannot be filed now: a department is not connected")

WINDOW: Final = Text(zh="这是哪个窗口？", en="Which window is this?")
WINDOW_HINT: Final = Text(
    zh="如“综合窗口 3”。只问一次，记在这个浏览器里；印在凭证上。",
    en="Such as “Counter 3”. Asked once and kept in this browser; printed on receipts.",
)
WINDOW_UNFIT: Final = Text(
    zh="窗口名最多 20 个字：汉字、字母、数字、空格或短横。", en="A window's name has at most 20 letters, digits, spaces or dashes."
)
REMEMBER_IT: Final = Text(zh="记住", en="Remember it")
WINDOW_IS: Final = Text(zh="窗口", en="Window")
ANOTHER_WINDOW: Final = Text(zh="换窗口", en="Another window")

MY_DRAFTS: Final = Text(zh="我的草稿", en="My drafts")
GROUP_DRAFTS: Final = Text(zh="本组其他人的草稿", en="Drafts of others in my group")
NO_DRAFTS: Final = Text(zh="没有未提交的草稿。", en="There are no drafts that wait.")
APPLICANT_IS: Final = Text(zh="申请人", en="Applicant")
NO_NAME_YET: Final = Text(zh="还没填", en="not filled in")
SAVED_AT: Final = Text(zh="保存于", en="Saved")
FIND_DRAFT: Final = Text(zh="找回草稿", en="Find a draft")
BY_CODE: Final = Text(zh="草稿码", en="Code of the draft")
BY_CODE_HINT: Final = Text(zh="一次性告知单上的 10 位字母和数字", en="The ten characters on the list of what to bring")
BY_ID: Final = Text(zh="或按申请人证件", en="Or by the applicant's document")
DRAFTS_FOUND: Final = Text(zh="这位申请人的草稿", en="Drafts of this applicant")
NO_DRAFT_OF_PERSON: Final = Text(zh="本组没有这位申请人的草稿。", en="Your group has no draft of this person.")
GIVE_CODE_OR_ID: Final = Text(zh="请填草稿码，或证件号码。", en="Give the draft's code, or the number of the document.")
TO_GUIDE: Final = Text(zh="办事指引", en="Guidance")
