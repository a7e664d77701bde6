"""Sentences that the tests share, and those about the end of any call."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.service import Text

NOT_SENT = Text(zh="请求没有发出。", en="the request was not sent.")
ACCEPTED = Text(zh="部门受理了申请", en="the department accepted the application")
NOT_ENDED = Text(zh="在期限内没有结束", en="did not end within its deadline")


def raised(error: str) -> Text:
    return Text(zh=f"抛出了 {error}", en=f"raised {error}")


def gave(answer: str) -> Text:
    return Text(zh=f"返回了 {answer}", en=f"gave {answer}")


def unlike(happened: Text, end: Text, kinds: Iterable[str]) -> Text:
    zh, en = "或".join(kinds), " or ".join(kinds)
    return Text(zh=f"{happened.zh}，适配器却{end.zh}；应为 {zh}。", en=f"{happened.en}, but the adapter {end.en}; it must be {en}.")


def not_opened(end: str) -> Text:
    return Text(zh=f"open() 没有成功（{end}）。", en=f"open() did not succeed: {end}.")


def no_sample(operation: str) -> Text:
    return Text(zh=f"操作 {operation} 没有样例（samples）。", en=f"there is no sample of the operation {operation}.")


def failure(wrong: Text, *, do_zh: str, do: str) -> list[str]:
    return [f"出了什么问题：{wrong.zh}", f"What went wrong: {wrong.en}", f"下一步：{do_zh}", f"What to do: {do}"]
