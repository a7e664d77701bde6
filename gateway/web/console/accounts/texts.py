"""Sentences of the pages of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

accounts_and_disabled: Final = TextOf[int, int]("{0} 个账号，其中 {1} 个已停用", "Accounts: {0}, of which disabled: {1}")
ADMINISTRATOR_SEES: Final = Text(
    zh="这里只管账号和登录，看不到任何办件。每次变更都以您的名义记入审计。",
    en="Accounts and sessions are all that you see here: no case. Every change is in the audit under your name.",
)
NEW_ACCOUNT: Final = Text(zh="新建账号", en="New account")
CREATE_IT: Final = Text(zh="建立账号", en="Create the account")
LOGIN_RULE: Final = Text(
    zh="2 至 50 个小写字母、数字、点、下划线或连字符，以字母开头。建立后不能更改。",
    en="2 to 50 lower-case letters, digits, dots, underscores or hyphens, beginning with a letter. It stays as it is.",
)
PERSON_NAME: Final = Text(zh="姓名", en="Name")
GROUP_RULE: Final = Text(zh="只有窗口人员填写：同组的窗口共同经办。", en="Of a clerk alone: the counters of a group share their cases.")
CHOOSE_ROLE: Final = Text(zh="请选择", en="Choose one")
OF_THE_CENTRE: Final = Text(zh="中心", en="Of the centre")
OF_DEPARTMENTS: Final = Text(zh="部门", en="Of a department")
SIGNS_IN_BY: Final = Text(zh="登录方式", en="Signs in by")
BY_PASSWORD: Final = Text(zh="密码", en="password")
BY_CODE_TOO: Final = Text(zh="密码和动态码", en="password and code")
STATE_OF_ACCOUNT: Final = Text(zh="状态", en="State")
IN_USE: Final = Text(zh="使用中", en="in use")
DISABLED: Final = Text(zh="已停用", en="disabled")
disabled_since: Final = TextOf[str]("{0} 停用", "disabled {0}")
CREATED: Final = Text(zh="建立", en="Created")
YOURSELF: Final = Text(zh="您自己", en="you")
BACK_TO_ACCOUNTS: Final = Text(zh="全部账号", en="All accounts")
OWN_ACCOUNT: Final = Text(
    zh="这是您自己的账号，在这里不能变更，以免把自己关在门外。密码和登录见“我的账号”；其余请另一位管理员办理，或在本机运行 gateway user。",
    en="This is your own account. It is not changed here, so that you cannot shut yourself out: your password and sessions are on your own "
    "page, the rest is for another administrator, or for `gateway user` on the machine.",
)
WHO_IT_IS: Final = Text(zh="姓名、角色和组", en="Name, role and group")
ENDS_ITS_SESSIONS: Final = Text(
    zh="改变角色或组会立即结束其全部登录；改姓名不会。",
    en="Another role or group ends all sessions of this account at once; another name ends none.",
)
SAVE: Final = Text(zh="保存", en="Save")
GETS_IN_AGAIN: Final = Text(zh="忘记密码，或换了手机", en="A lost password, or a lost phone")
TOLD_ONCE: Final = Text(
    zh="新的密码或密钥只显示一次，其全部登录随即结束。", en="What is made is told once, and every session of the account ends."
)
MAKE_PASSWORD: Final = Text(zh="生成新密码", en="Make another password")
MAKE_SECRET: Final = Text(zh="绑定新的验证器", en="Make another secret of codes")
TAKE_CODES_AWAY: Final = Text(zh="取消动态码", en="Sign in without codes")
DISABLE: Final = Text(zh="停用账号", en="Disable the account")
ENABLE: Final = Text(zh="重新启用", en="Enable it again")
DISABLED_MEANS: Final = Text(
    zh="没有人能再用它登录，现有登录立即结束；做过的事仍记在本人名下。可以随时重新启用。",
    en="Nobody can sign in with it any more, and its sessions end at once. What was done stays under its name. It can be enabled again.",
)
ENABLED_AGAIN: Final = Text(zh="本人可用原来的密码登录。", en="Its person signs in with the password from before.")
ITS_SESSIONS: Final = Text(zh="正在进行的登录", en="Sessions")
NOT_SIGNED_IN_NOW: Final = Text(zh="现在没有登录。", en="Nobody is signed in with it.")
MADE_FOR: Final = Text(zh="请交给本人", en="To be given to its person")
told_of: Final = TextOf[str]("{0} 的登录信息", "Sign-in of {0}")
SHOWN_THIS_ONCE: Final = Text(
    zh="只显示这一次。请当面或另用一种方式交给本人，不要和登录名写在一起。",
    en="It is shown this once. Give it to the person face to face, or on another way than the login.",
)
GONE_AFTER: Final = Text(
    zh="离开或刷新本页后就看不到了；没有记下的话，在这个账号的页面另外生成。",
    en="Once you leave or reload this page nobody can see it again: what was not noted down is made anew on the account's page.",
)
ANOTHER_AFTER: Final = Text(
    zh="离开本页后就看不到了；刷新本页会另生成一个，这一个随即失效。",
    en="Once you leave this page nobody can see it again. A reload makes another, and this one no longer works.",
)
NEW_PASSWORD: Final = Text(zh="新密码", en="Password")
SECRET_OF_CODES: Final = Text(zh="动态码密钥", en="Secret of the one-time codes")
SCAN_IT: Final = Text(
    zh="用验证器应用扫描；不能扫描时手工输入下面的密钥。",
    en="Scan it with an authenticator app, or type the secret below into it.",
)
QR_OF_SECRET: Final = Text(zh="动态码密钥的二维码", en="QR code of the secret of the one-time codes")
ADDRESS_FOR_APPS: Final = Text(zh="供应用读取的地址", en="The address that apps read")
I_HAVE_IT: Final = Text(zh="已交给本人，继续", en="It is handed over: go on")

#: What a form leaves to be said on the account's page, by the word in the address.
DONE: Final[Mapping[str, Text]] = {
    "changed": Text(zh="已保存。", en="Saved."),
    "disabled": Text(zh="账号已停用，全部登录已结束。", en="The account is disabled, and its sessions have ended."),
    "enabled": Text(zh="账号已重新启用。", en="Its person may sign in again."),
    "no-code": Text(zh="动态码已取消，全部登录已结束。", en="It signs in without codes from now on, and its sessions have ended."),
    "ended": Text(zh="这次登录已结束。", en="The session has ended."),
}
