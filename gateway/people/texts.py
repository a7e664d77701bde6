"""Sentences on accounts and signing in."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

password_unfit: Final = TextOf[int, int](
    "密码须为 {0} 至 {1} 个字符，且不能只有几个不同的字符。", "A password has {0} to {1} characters, and more than a few different ones."
)
no_role: Final = TextOf[str]("没有这个角色。可用的角色：{0}。", "There is no such role. Roles: {0}.")
LOGIN_UNFIT: Final = Text(
    zh="登录名为 2 至 50 个小写字母、数字、点、下划线或连字符，以字母开头。",
    en="A login has 2 to 50 lower-case letters, digits, dots, underscores or hyphens, and begins with a letter.",
)
NAME_UNFIT: Final = Text(zh="姓名须为 1 至 100 个可显示的字符。", en="A name has 1 to 100 printable characters.")
GROUP_UNFIT: Final = Text(
    zh="组名为小写字母、数字和连字符，以字母开头，最长 50 个字符。",
    en="A group's name has at most 50 lower-case letters, digits and hyphens, and begins with a letter.",
)
CLERK_NEEDS_GROUP: Final = Text(
    zh="窗口人员属于一个组，同组的窗口共同经办：请给出组名。", en="A clerk belongs to a group, whose counters share their cases: name it."
)
LOGIN_TAKEN: Final = Text(zh="这个登录名已有账号。", en="There is an account with this login already.")
NO_ACCOUNT: Final = Text(zh="没有这个账号。", en="There is no such account.")
NO_SESSION: Final = Text(zh="没有这个登录会话。", en="There is no such session.")
NOT_SIGNED_IN: Final = Text(
    zh="登录名、密码或动态码不正确。请核对后重试；忘记密码请找管理员。",
    en="The login, the password or the one-time code is wrong. Check them and try again, or ask the administrator for another password.",
)
too_often: Final = TextOf[int](
    "尝试次数过多，请在 {0} 分钟后再试；着急请找管理员。账号没有变化。",
    "Too many attempts. Try again in {0} minutes, or ask the administrator. Nothing about the account has changed.",
)
MANY_FROM_HERE: Final = Text(
    zh="从这里登录失败的次数过多，请半分钟后再试。", en="Too many sign-ins have failed from here. Try again in half a minute."
)
MANY_AT_ONCE: Final = Text(zh="同时登录的人太多，请稍后再试。", en="Too many people are signing in at once. Try again in a moment.")
GROUP_NEEDLESS: Final = Text(zh="只有窗口人员属于组。", en="Only a clerk belongs to a group.")
CODE_REQUIRED: Final = Text(
    zh="这个角色必须使用动态码，不能取消；可以换一个。", en="This role signs in with one-time codes: they can be replaced, not taken away."
)
CODES_NOT_TOLD: Final = Text(
    zh="只有沙箱（gateway serve --sandbox）才会告知动态码。", en="Codes are told in sandboxes alone (gateway serve --sandbox)."
)
FORGED: Final = Text(
    zh="这个账号不是网关建立的，或被改过，不能变更。请运行 gateway audit verify 查明。",
    en="This account was not made by the gateway, or was changed by hand, and stays as it is. Look into it: gateway audit verify.",
)
WRONG_PASSWORD: Final = Text(zh="现在的密码不正确。", en="The present password is wrong.")
