"""Sentences of the terminals in the hall."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text

TERMINAL: Final = Text(zh="自助终端", en="Self-service")
KIOSK_WELCOME: Final = Text(zh="您好，要办什么？", en="Hello. What would you like to do?")
KIOSK_FOLLOW: Final = Text(zh="查我的办件", en="Follow my case")
KIOSK_FOLLOW_HOW: Final = Text(zh="扫收件凭证上的码，或输入查询码", en="Scan your receipt, or enter its query code")
KIOSK_GUIDE: Final = Text(zh="办事带什么", en="What to bring")
KIOSK_GUIDE_HOW: Final = Text(zh="回答两三个问题，打印带回家的清单", en="Answer two or three questions, and print the list")
KIOSK_SERVICES: Final = Text(zh="看指南和样单", en="Guides and samples")
KIOSK_SERVICES_HOW: Final = Text(zh="每个事项的条件、费用、时限，填好的样单", en="Who, how much, how long, and a form filled in")
KIOSK_HELP: Final = Text(zh="有困难？请找大厅工作人员。", en="Need a hand? Ask anybody who works in this hall.")
KIOSK_CLEARS: Final = Text(zh="60 秒没有操作，就清除并回到首页", en="After 60 seconds without a touch everything is cleared")

KIOSK_BACK: Final = Text(zh="返回首页", en="Back to the start")
KIOSK_DONE: Final = Text(zh="看完了，清除", en="Done: clear it")
KIOSK_PRINT: Final = Text(zh="打印这张清单", en="Print this list")
KIOSK_SAMPLE: Final = Text(zh="看填写样例", en="See a form filled in")
KIOSK_CHOOSE: Final = Text(zh="您要办哪一件？", en="Which service?")

KIOSK_CODE_HINT: Final = Text(
    zh="收件凭证上的 10 位字母和数字。也可以把凭证上的二维码对准扫描口。",
    en="The ten characters on your receipt. You can also hold its QR code to the scanner.",
)
KIOSK_KEYS: Final = Text(zh="按键", en="Keys")
KIOSK_DELETE: Final = Text(zh="删除", en="Delete")
KIOSK_OF_BEFORE: Final = Text(
    zh="这里显示的内容已清除。请重新输入查询码。", en="What was shown here has been cleared. Please enter the query code again."
)
KIOSK_AS_OF: Final = Text(zh="查询时间", en="As of")

KIOSK_STILL_THERE: Final = Text(zh="您还在吗？", en="Are you still there?")
KIOSK_WILL_CLEAR: Final = Text(zh="没有操作的话，页面马上清除，剩余秒数：", en="Without a touch this page is cleared. Seconds left:")
KIOSK_STAY: Final = Text(zh="继续使用", en="Stay")
KIOSK_CLEAR_NOW: Final = Text(zh="现在就清除", en="Clear it now")
KIOSK_CLEARED: Final = Text(zh="已清除。", en="Cleared.")
KIOSK_PRINTED: Final = Text(
    zh="请取走打印好的纸。没有出纸，请找大厅工作人员。", en="Please take your paper. If none came, ask anybody who works in this hall."
)
KIOSK_OFFLINE: Final = Text(
    zh="现在连不上，请稍后再试，或到窗口问。", en="It cannot be reached now. Try again in a moment, or ask at the counter."
)
