"""Sentences on what an operator asks for and does not get."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.messages import say
from gateway.texts.sentences import TextOf

REQUIRED = Text(zh=say("required", "zh-CN"), en=say("required", "en"))
NO_DEPARTMENT = Text(zh="没有这个部门。", en="There is no such department.")
NO_PROBE = Text(
    zh="部门没有中断，或者正在试探，现在不用再试探。",
    en="The department is not down, or is being probed this moment: there is nothing to probe.",
)
NO_DELIVERY = Text(zh="没有这个交办。", en="There is no such delivery.")
NO_JOB = Text(zh="没有这个任务。", en="There is no such job.")

# Repairs, of one delivery or of many.
no_adapter = TextOf[str, object]("部门 {0} 没有可用的适配器。", "{1}")
not_to_retry = TextOf[str](
    "交办现在是 {0}，不能重试；只有 held、in_doubt、ready 可以。",
    "The delivery is {0}: only one that is held, in doubt or ready can be sent again.",
)
NEVER_SENT_AGAIN = Text(
    zh="无法得知部门是否已办理，此事项不得重发；请向部门核实后用 resolve 说明结果。",
    en="The department may have done it and this operation is never sent again: ask the department, then use resolve.",
)
KEY_FORGOTTEN = Text(
    zh="部门已不再记得此交办的键，重发可能办理两次；请向部门核实后用 resolve 说明结果。",
    en="The department no longer remembers the delivery's key and might do it twice: ask the department, then use resolve.",
)
no_doubt = TextOf[str](
    "交办现在是 {0}，没有疑问可以判定。", "The delivery is {0}: there is no doubt to settle, or it is being asked about right now."
)
reference_of_another = TextOf[str, str](
    "编号 {0} 是另一件交办（{1}）的；请向部门核实后填写正确的编号。",
    "{0} is the reference of another delivery ({1}): ask the department for the right one.",
)
NONE_FITS = Text(zh="没有符合条件的交办", en="no delivery fits")
JOB_ENDED = Text(zh="这个任务已经结束，没有可停止的。", en="The job has ended: there is nothing to stop.")

# The way back from what was said became of a delivery.
TAKEN_BACK = Text(
    zh="最后一次判定已经撤回，没有可以再撤回的；用 resolve 重新判定。",
    en="What was said last has been taken back already: there is nothing to take back. Say what became of it anew (resolve).",
)
NOTHING_SAID = Text(
    zh="没有可以撤回的判定：没有人判定过此交办（resolve），或是由旧版本判定的。",
    en="There is nothing to take back: nobody has said what became of it (resolve), or a release before this one took it down.",
)
END_TOLD = Text(
    zh="办件已经办结，结果已告知申请人，不能再撤回判定；请与申请人联系，必要时重新申报。",
    en="The application has ended, and its end was told: nothing said can be taken back any more. Tell the applicant, who files anew.",
)
gone_on = TextOf[str](
    "判定之后交办已有进展（现在是 {0}），不能再撤回；见 gateway show。",
    "It has gone on from what was said (it is {0} now), which cannot be taken back any more: see gateway show.",
)
steps_gone_on = TextOf[str](
    "其后的环节已经交办或办结（{0}），不能再撤回；请与相关部门联系。",
    "Steps after it were handed over or have ended ({0}): it cannot be taken back any more. Ask their departments.",
)

# Moves to another definition. A step is given.
NONE_HELD = Text(
    zh="办件没有待人工处理（held）的交办，不需要更换定义。",
    en="No delivery of the case is held: only a case that cannot go on as it is may be moved.",
)
no_service = TextOf[str]("事项 {0} 已不在目录中。", "The service {0} is no longer in the catalogue: put it back.")
DEFINITION_CURRENT = Text(
    zh="办件已在使用当前的定义；请先更正事项文件并重新加载配置（gateway reload）。",
    en="The case stands on the current definition: correct the service's file and reload it first (gateway reload).",
)
step_lacking = TextOf[str]("缺少环节 {0}", "lacks the step {0}, which the case has")
step_new = TextOf[str]("环节 {0} 是新增的", "the step {0} is new: the case does not have it")
step_differs = TextOf[str](
    "环节 {0} 的部门、事项操作、先后顺序或必需与否已不同", "the step {0} has another department, operation, order or is (not) required"
)
told_another = TextOf[str, str, str](
    "部门 {1} 已按原来的内容收到 {2}（环节 {0}）", "department {1} was given another {2} (step {0}): what it was told must stay the same"
)
skipped_applies = TextOf[str]("环节 {0} 是否适用会改变，而它已跳过", "whether the step {0} applies would change, but it has been skipped")
begun_applies_not = TextOf[str]("环节 {0} 是否适用会改变，而它已开始", "whether the step {0} applies would change, but it has been begun")

# Keys.
no_role = TextOf[str]("没有这个角色，可用：{0}。", "There is no such role; there are: {0}.")
NAME_UNFIT = Text(zh="名称须为 1 到 100 个可见字符。", en="A name has 1 to 100 printable characters.")
END_PAST = Text(zh="到期时间已经过去。", en="It would have ended already: give a later time.")
END_TOO_LATE = Text(zh="到期时间最多为 100 年后。", en="It may end in a hundred years at the most.")
NO_KEY = Text(zh="没有这把密钥，或者它已经作废或到期。", en="There is no such key, or it was revoked, or is over.")
GROUP_UNFIT = Text(
    zh="组名须为小写字母开头的 1 到 50 个小写字母、数字或连字符。",
    en="A group's name has 1 to 50 small letters, digits and hyphens and begins with a letter.",
)
GROUP_NEEDLESS = Text(zh="只有前台系统（front-end）的密钥可以入组。", en="Only a front end's key has a group.")
older_nodes = TextOf[str](
    "仍有旧版本节点可能写入：{0}。请先升级或停止这些节点（gateway nodes 可查看；停止后约十分钟不再计入），再使用分组。",
    "Nodes of an older version may still write: {0}. Upgrade or stop them first (gateway nodes shows them, and ten minutes after its "
    "end one no longer counts), then use groups.",
)
