"""Sentences on questions that are not put to a department, or that it does not answer. A code is given for the latter."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

NO_QUERY = Text(zh="没有这个查询。", en="There is no such query.")
PAUSED = Text(zh="该部门已由运维人员暂停，恢复后再问。", en="An operator has paused the department; ask when it is resumed.")
MAINTAINED = Text(zh="该部门正在计划维护，维护结束后再问。", en="The department is in planned maintenance; ask when it is over.")
BUSY = Text(zh="该部门正忙，请稍后再问。", en="The department is busy; ask again later.")
not_taken = TextOf[str]("部门认为这样的请求不合约定（{0}），请更正后再问。", "The department does not take the request as it stands ({0}).")
late = TextOf[str]("部门没有及时答复（{0}），请稍后再问。", "The department did not answer in time ({0}); ask again later.")
unusable = TextOf[str]("部门没有给出可用的答复（{0}），可以再问。", "The department gave no usable answer ({0}); it may be asked again.")
unanswered = TextOf[str]("部门暂时没有答复（{0}），请稍后再问。", "The department did not answer ({0}); ask again later.")
