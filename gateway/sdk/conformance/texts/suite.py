"""Sentences that the tests share, and those about the end of any call."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.service import Text

NOT_SENT = Text(zh="请求没有发出。", en="the request was not sent.")
ACCEPTED = Text(zh="部门受理了申请", en="the department accepted the application")
NOT_ENDED = Text(zh="在期限内没有结束", en="did not end within its deadline")
RAISED = Text(zh="抛出了 {error}", en="raised {error}")
GAVE = Text(zh="返回了 {answer}", en="gave {answer}")
NOT_OPENED = Text(zh="open() 没有成功（{end}）。", en="open() did not succeed: {end}.")
NO_SAMPLE = Text(zh="操作 {operation} 没有样例（samples）。", en="there is no sample of the operation {operation}.")


def unlike(happened: Text, end: Text, kinds: Iterable[str]) -> Text:
    zh, en = "或".join(kinds), " or ".join(kinds)
    return Text(zh=f"{happened.zh}，适配器却{end.zh}；应为 {zh}。", en=f"{happened.en}, but the adapter {end.en}; it must be {en}.")


def failure(wrong: Text, *, do_zh: str, do: str) -> list[str]:
    return [f"出了什么问题：{wrong.zh}", f"What went wrong: {wrong.en}", f"下一步：{do_zh}", f"What to do: {do}"]
