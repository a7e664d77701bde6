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
CASE_NUMBER: Final = Text(zh="办件编号", en="Case number")
RECEIVED: Final = Text(zh="收件", en="Received")

BACK_TO_SERVICES: Final = Text(zh="返回办事首页", en="Back to the services")

TRAINING: Final = Text(zh="培训 TRAINING", en="TRAINING 培训")
TRAINING_MEANS: Final = Text(
    zh="这里的办件都是练习，不产生任何效力。请勿填写真实的个人信息。",
    en="Every case here is an exercise and has no effect. Enter no real person's data.",
)

SERVICES: Final = Text(zh="办事", en="Services")
WHAT_TO_DO: Final = Text(zh="您要办什么？", en="What would you like to do?")
ONE_COUNTER: Final = Text(
    zh="只跑一处、只交一次：一张表填一次，需要办理的部门由中心送达。",
    en="One counter, once: you fill in one form, and the centre takes it to every department that must act.",
)
suspended_until_then: Final = TextOf[Text]("暂停受理，预计 {0.zh} 恢复", "No applications are taken until {0.en}")
SUSPENDED_OPENLY: Final = Text(zh="暂停受理，恢复时间另行通知", en="No applications are taken until further notice")
UNDER_WAY_GOES_ON: Final = Text(
    zh="已经交来的件照常办理，补正、撤回和查询不受影响。",
    en="What was handed in already goes on. It may be corrected, withdrawn and followed as before.",
)
NOT_NOW: Final = Text(zh="有部门暂停受理", en="a department is closed at the moment")
departments_and_days: Final = TextOf[int, str]("{0} 个部门 · {1}", "Departments: {0} · {1}")
departments_down: Final = TextOf[str](
    "现在暂不收件：{0} 暂时不能办理。请稍后再来，或向窗口咨询。",
    "Not possible at the moment: {0} cannot act now. Come back later, or ask at the counter.",
)

WHO: Final = Text(zh="谁可以办", en="Who may apply")
BRING: Final = Text(zh="带什么", en="What to bring")
NOTHING_TO_BRING: Final = Text(zh="不用带材料。", en="Nothing.")
FEES: Final = Text(zh="多少钱", en="What it costs")
FREE: Final = Text(zh="不收费。", en="Nothing.")
HOW_LONG: Final = Text(zh="多久办好", en="How long it takes")
WHO_ACTS: Final = Text(zh="哪些部门办理，各为什么", en="Which departments act, and why")
ASK_OR_COMPLAIN: Final = Text(zh="咨询和投诉", en="Questions and complaints")
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

to_the_day: Final = TextOf[int, int, str]("{0}月{1}日", "{1} {2}")
to_the_weekday: Final = TextOf[int, int, str, Text]("{0}月{1}日（{3.zh}）", "{3.en} {1} {2}")
WEEKDAYS: Final = (
    Text(zh="周一", en="Mon"),
    Text(zh="周二", en="Tue"),
    Text(zh="周三", en="Wed"),
    Text(zh="周四", en="Thu"),
    Text(zh="周五", en="Fri"),
    Text(zh="周六", en="Sat"),
    Text(zh="周日", en="Sun"),
)
day_and_clock: Final = TextOf[int, int, str, str]("{0}月{1}日 {2}", "{1} {3} {2}")

SIGN_IN: Final = Text(zh="登录", en="Sign in")
STAFF_SIGN_IN: Final = Text(zh="工作人员登录", en="For staff: sign in")
SIGN_IN_WHO: Final = Text(zh="供本中心工作人员使用。", en="For people who work at this centre.")
SIGN_OUT: Final = Text(zh="退出", en="Sign out")
LOGIN: Final = Text(zh="登录名", en="Login")
PASSWORD: Final = Text(zh="密码", en="Password")
CODE: Final = Text(zh="动态码", en="One-time code")
CODE_OF_NOW: Final = Text(
    zh="运维和审计人员每次登录都要填验证器此刻显示的六位数；没有绑定验证器的账号不用填。",
    en="Operators and auditors need the six digits that their app shows at this moment. Without such an app, leave it empty.",
)
CODE_HINT: Final = Text(zh="没有绑定验证器的账号不用填。", en="Leave it empty unless your account has an authenticator app.")
FORGOTTEN: Final = Text(zh="忘记密码或更换了手机，请找管理员。", en="Lost your password or your phone? Ask the administrator.")
SIGNED_OUT: Final = Text(zh="已退出登录。", en="You are signed out.")
PASSWORD_CHANGED: Final = Text(
    zh="密码已更改，各处的登录都已结束。请用新密码登录。",
    en="Your password is changed, and every session has ended. Sign in with the new one.",
)
FORM_TOO_OLD: Final = Text(
    zh="这个登录页已经过时，或浏览器没有接受 Cookie。请再登录一次。",
    en="This form was too old, or the browser takes no cookies. Please sign in once more.",
)
NOT_YOURS: Final = Text(
    zh="您的角色不能看这一页、也不能这样做。需要的话，请联系账号管理员。",
    en="Your role may not see this page, or do this. If you need it, ask the administrator of accounts.",
)
FOREIGN_FORM: Final = Text(
    zh="这个表单不是从本网站提交的，没有任何变化。请从本网站的页面重新操作。",
    en="This form did not come from this site, and nothing has changed. Begin again on a page of this site.",
)
FORM_UNREADABLE: Final = Text(
    zh="无法读取这个表单。请回到页面重新提交。", en="This form cannot be read. Go back to the page and send it again."
)
ADDRESS_UNREADABLE: Final = Text(
    zh="无法读取这个网址。请回到页面重新选择。", en="This address cannot be read. Go back to the page and choose again."
)
NOT_SENT: Final = Text(zh="没有提交，什么都没有改变", en="Not sent: nothing has changed")
RIGHT_GONE: Final = Text(
    zh="您的角色现在不能这样做，什么也没有改变。您填写的内容在下面，需要时请联系账号管理员。",
    en="Your role may not do this any more, and nothing was changed. What you typed is below. The administrator of accounts can help.",
)
SESSION_ENDED: Final = Text(
    zh="您的登录已结束。请先在新页面登录，再回到这里；您填写的内容都在下面。",
    en="Your session has ended. Sign in on another page, then come back here: what you typed is below.",
)
OF_ANOTHER_SESSION: Final = Text(
    zh="这个表单属于以前的登录。请核对您填写的内容，确认后再提交一次。",
    en="This form was of an earlier session. Look at what you typed, and send it again if it still holds.",
)
WHAT_YOU_TYPED: Final = Text(zh="您填写的内容", en="What you typed")
GO_ON: Final = Text(zh="已登录，继续", en="I have signed in: go on")
SEND_AGAIN: Final = Text(zh="再次提交", en="Send it again")
SIGN_IN_BESIDE: Final = Text(zh="在新页面登录", en="Sign in on another page")
MY_ACCOUNT: Final = Text(zh="我的账号", en="My account")
ROLE: Final = Text(zh="角色", en="Role")
GROUP: Final = Text(zh="组", en="Group")
WHERE_SIGNED_IN: Final = Text(zh="登录在这些地方", en="Where you are signed in")
since: Final = TextOf[str]("{0} 登录", "Since {0}")
seen_and_ends: Final = TextOf[str, str]("最近使用 {0} · 最迟 {1} 结束", "last used {0} · ends at the latest {1}")
THIS_ONE: Final = Text(zh="这里", en="here")
END_IT: Final = Text(zh="结束", en="End")
end_of: Final = TextOf[str]("结束 {0} 开始的登录", "End the session since {0}")
UNKNOWN_SESSION: Final = Text(
    zh="有不认识的登录？请结束它，并更改密码。", en="There is one that you do not know? End it, and change your password."
)
ANOTHER_PASSWORD: Final = Text(zh="更改密码", en="Change your password")
ENDS_ALL: Final = Text(zh="更改后各处的登录都会结束，请重新登录。", en="Every session ends with it: you sign in again.")
PASSWORD_NOW: Final = Text(zh="现在的密码", en="Present password")
PASSWORD_NEW: Final = Text(zh="新密码", en="New password")
PASSWORD_AGAIN: Final = Text(zh="再输一次新密码", en="New password again")
PASSWORD_RULE: Final = Text(zh="至少 12 个字符，可以是一句话。", en="At least 12 characters; a sentence will do.")
NOT_THE_SAME: Final = Text(zh="两次输入的新密码不一样。", en="The two new passwords are not the same.")
CHANGE_PASSWORD: Final = Text(zh="更改密码", en="Change the password")

#: Roles of people, by the part before a department's name.
_ROLES: Final[Mapping[str, Text]] = {
    "clerk": Text(zh="窗口人员", en="Clerk"),
    "officer": Text(zh="部门经办", en="Officer"),
    "head": Text(zh="部门负责人", en="Head of the department"),
    "supervisor": Text(zh="中心主管", en="Supervisor of the centre"),
    "operator": Text(zh="运维人员", en="Operator"),
    "auditor": Text(zh="审计人员", en="Auditor"),
    "administrator": Text(zh="账号管理员", en="Administrator of accounts"),
}
_of_department: Final = TextOf[Text, Text]("{0.zh}（{1.zh}）", "{0.en} ({1.en})")


def role_name(kind: str, department: Text | None) -> Text:
    """Say a role, with its department where it is of one."""
    return _ROLES[kind] if department is None else _of_department(_ROLES[kind], department)


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
