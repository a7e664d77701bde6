"""Sentences of the counter's frame: the steps of a draft, the window, what is saved."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

STEPS_OF_DRAFT: Final = Text(zh="步骤", en="Steps")
STEP_SERVICE: Final = Text(zh="选事项", en="Service")
STEP_APPLICANT: Final = Text(zh="申请人", en="Applicant")
STEP_FORM: Final = Text(zh="填写", en="Fill in")
STEP_DOCUMENTS: Final = Text(zh="材料", en="Papers")
STEP_CHECK: Final = Text(zh="核对", en="Check")
STEP_RECEIPT: Final = Text(zh="凭证", en="Receipt")
STEP_DONE: Final = Text(zh="已完成", en="done")
step_of: Final = TextOf[int, int]("第 {0} 步，共 {1} 步", "step {0} of {1}")
BACK: Final = Text(zh="上一步", en="Back")
next_is: Final = TextOf[Text]("下一步：{0.zh}", "Next: {0.en}")
NEXT_KEY: Final = Text(zh="下一步", en="next")

draft_saved: Final = TextOf[str]("草稿已存 {0}", "Draft saved {0}")
NOT_SAVED_YET: Final = Text(
    zh="还没有存上：网络不通。填写的内容留在此页，接通后自动再存。",
    en="Not saved: no connection. What you typed stays on this page, and is saved once it is back.",
)
SESSION_HAS_ENDED: Final = Text(
    zh="没有存上：登录已结束。按“下一步”，登录后再送一次，填写的内容会一起带上。",
    en="Not saved: your session has ended. Press “Next”, sign in and send it again: what you typed goes along.",
)
SAVING: Final = Text(zh="正在保存…", en="Saving…")

HAS_CHANGED: Final = Text(
    zh="这个事项的表单在填写期间更新过。填过的内容都还在：请逐项核对，再保存并继续。",
    en="The form of this service has changed since this draft was begun. Nothing typed is lost: look at it once more, then save and go on.",
)
other_window_saved: Final = TextOf[str, str](
    "{0} 于 {1} 在别处改过同一处，见标出的内容。您填的还在框里：核对后再保存，就以您的为准。",
    "{0} changed the same at {1} elsewhere: see what is marked. Yours stands in the fields. Compare both and save again: then yours holds.",
)
they_said: Final = TextOf[str]("另一处保存的是：{0}", "Saved elsewhere: {0}")
CLEARED: Final = Text(zh="（清空）", en="(emptied)")
