"""Sentences of answering a returned case: a case that has moved on, the six characters, and tries that are used up."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

MOVED_ON: Final = Text(
    zh="这份办件的补正要求已经变化，或者已经有人提交了补正。您填写的内容没有提交，请按下面现在的要求核对后再提交。",
    en="What is asked has changed, or somebody has answered meanwhile. Yours was not sent: compare it with what is asked now and send it.",
)
ANSWERED: Final = Text(
    zh="现在没有要您补正的内容：可能已经有人提交了补正。您填写的内容没有提交。",
    en="Nothing is asked of you now: somebody may have answered meanwhile. What you typed was not sent.",
)
SIX_CHARACTERS: Final = Text(
    zh="请输入证件号码的最后 6 位（数字或字母）。", en="Enter the last six characters of your document's number, digits or letters."
)
NO_NUMBER: Final = Text(
    zh="这份办件没有登记可以核对的证件号码，请带证件到窗口补正。",
    en="The case has no number of a document to compare with. Please answer at the counter, with your document.",
)
wrong_left: Final = TextOf[int](
    "与提交时登记的证件号码不一致，还可以试 {0} 次。", "That is not the number as it was handed in. Tries that are left: {0}."
)
LAST_WRONG: Final = Text(
    zh="与提交时登记的证件号码不一致。试错次数已满，请 1 小时后再试，或带证件到窗口补正。",
    en="That is not the number as it was handed in, and no try is left. Try again in an hour, or answer at the counter with your document.",
)
wait: Final = TextOf[int](
    "试错次数已满，请 {0} 分钟后再试，或带证件到窗口补正。",
    "No try is left. Try again in {0} minutes, or answer at the counter with your document.",
)
CLOSED: Final = Text(
    zh="试错次数过多，这张凭证不能再在手机上补正。请带证件到窗口补正，或补发凭证。",
    en="Too many wrong tries: nothing is answered by this receipt any more. Go to the counter with your document, or have it issued again.",
)
