"""Names of every code that is answered, in both languages. Tests hold each list against the codes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Code → its name in Chinese and in English.
Names = Mapping[str, tuple[str, str]]


APPLICATION_STATES: Final[Names] = {
    "in_progress": ("办理中", "in progress"),
    "returned": ("待补正", "returned: the applicant is to correct it"),
    "approved": ("通过", "approved"),
    "rejected": ("不通过", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
}
END_REASONS: Final[Names] = {
    "decided": ("部门已作出决定", "its departments decided"),
    "withdrawn": ("申请人撤回", "its applicant took it back"),
    "voided": ("作废：误提交，部门尚未办理", "voided: filed by mistake, before any department had acted"),
}
DELIVERY_STATES: Final[Names] = {
    "waiting": ("等待前序", "waits for other steps"),
    "ready": ("待发送", "to be sent"),
    "sending": ("发送中", "being sent"),
    "deciding": ("部门办理中", "the department decides"),
    "approved": ("通过", "approved"),
    "rejected": ("不通过", "rejected"),
    "returned": ("待补正", "returned: the applicant is to correct it"),
    "in_doubt": ("结果不明", "sent, outcome unknown"),
    "held": ("待人工处理", "needs a person"),
    "skipped": ("不适用", "skipped"),
    "withdrawn": ("已撤回", "withdrawn"),
}
SKIP_REASONS: Final[Names] = {
    "not_applicable": ("本办件不涉及", "does not apply to this application"),
    "parent_rejected": ("前序环节不通过", "a step that it comes after was rejected"),
}
OUTCOMES: Final[Names] = {
    "accepted": ("部门已收件，稍后决定", "the department has it and decides later"),
    "approved": ("通过", "approved"),
    "rejected": ("不通过", "rejected"),
    "returned": ("退回补正", "returned to be corrected"),
}
PARTY_KINDS: Final[Names] = {
    "person": ("自然人", "a person"),
    "organization": ("组织", "an organisation"),
}
ACTIONS: Final[Names] = {
    "submit": ("发送", "hand over"),
    "find": ("查询是否收到", "ask whether it is there"),
    "poll": ("查询进展", "ask how far it is"),
    "withdraw": ("撤回", "take back"),
}
RESEND_RULES: Final[Names] = {
    "safe": ("可以重发：部门认得重复", "may be sent again: the department recognises a repeat"),
    "ask": ("重发前先向部门查询", "is asked about before it is sent again"),
    "never": ("不得重发，由人决定", "is never sent again: a person decides"),
}
ANSWERED_BY: Final[Names] = {"reply": ("答复我们的调用", "a reply to a call of ours"), "callback": ("部门回调", "a callback")}
CHANNELS: Final[Names] = {
    "counter": ("窗口", "at the counter"),
    "pc": ("网上（电脑端）", "online, from a computer"),
    "mobile": ("移动端", "from a mobile phone"),
    "courier": ("邮寄", "by post"),
    "other": ("其他", "another way"),
}
#: GA/T 2000.156.
ID_TYPES: Final[Names] = {
    "111": ("居民身份证", "resident identity card"),
    "113": ("户口簿", "household register"),
    "414": ("普通护照", "passport"),
    "511": ("台湾居民来往大陆通行证", "travel permit for Taiwan residents"),
    "513": ("往来港澳通行证", "permit for travelling to Hong Kong and Macao"),
    "516": ("港澳居民来往内地通行证", "travel permit for Hong Kong and Macao residents"),
    "553": ("外国人永久居留身份证", "foreign permanent resident ID card"),
}
ROLES: Final[Names] = {
    "front-end": ("前台系统", "front end"),
    "operator": ("运维人员", "operator"),
    "auditor": ("审计人员", "auditor"),
    "department": ("部门（department:<名称>）", "department (department:<name>)"),
    "local": ("本机管理", "the machine itself"),
    "clerk": ("窗口人员", "clerk"),
    "officer": ("部门经办人（officer:<名称>）", "officer of a department (officer:<name>)"),
    "head": ("部门负责人（head:<名称>）", "head of a department (head:<name>)"),
    "supervisor": ("中心主管", "the centre's supervisor"),
    "administrator": ("账号管理员", "administrator of accounts"),
    "party": ("当事人（凭查询码或链接）", "a party of a case (by code or link)"),
}
AVAILABILITY: Final[Names] = {
    "open": ("受理中", "open"),
    "closed": ("未到时间", "closed"),
    "maintenance": ("维护", "maintenance"),
    "calendar_missing": ("缺少官方日历", "no official calendar"),
}
BREAKER_STATES: Final[Names] = {
    "closed": ("正常", "works"),
    "open": ("不可用，定时探测", "down, probed"),
    "half_open": ("试探恢复", "tried again"),
    "stopped": ("凭据被拒，停止派送，定时探测", "stopped: credentials refused, probed"),
}
TIERS: Final[Names] = {"none": ("未评级", "unrated"), "bronze": ("铜级", "bronze"), "silver": ("银级", "silver"), "gold": ("金级", "gold")}
JOB_STATES: Final[Names] = {"running": ("进行中", "running"), "stopped": ("已停止", "stopped"), "ended": ("已结束", "ended")}
JOB_RESULTS: Final[Names] = {
    "sent_again": ("重新发送", "sent again"),
    "released": ("已放行", "released"),
    "asked_first": ("先向部门查询", "asked about first"),
    "never": ("跳过：结果不明且不得重发", "passed over: in doubt and never to be repeated"),
    "key_forgotten": ("跳过：结果不明且部门已不记得", "passed over: in doubt and the department no longer recognises it"),
    "no_adapter": ("跳过：部门没有可用的适配器", "passed over: its department has no adapter"),
    "under_way": ("跳过：正在处理", "passed over: it is being asked about now"),
    "changed_since": ("跳过：任务开始后有变化", "passed over: it changed after the job was begun"),
    "failed": ("跳过：出错，见日志", "passed over: it could not be released, see the log"),
    "moved_on": ("未涉及：已自行变化或未轮到", "not touched: moved on by itself, or not reached"),
}
NODE_STATES: Final[Names] = {
    "alive": ("在运行", "alive"),
    "dead": ("已失联", "dead: heard of no more"),
    "left": ("已正常退出", "left in order"),
}
#: Secrets that end, as the digest of a day names them.
ENDING_KINDS: Final[Names] = {"key": ("密钥", "key"), "certificate": ("证书", "certificate")}
NODE_ROLES: Final[Names] = {"api": ("对外接口", "answers HTTP"), "dispatch": ("派送", "hands deliveries to departments")}
STUCK_KINDS: Final[Names] = {
    "no_time": ("没有下一次时间，也无人在办", "neither due at a time nor under way"),
    "no_lease": ("发送中，但没有节点在发送", "being sent, and by no node"),
    "lease_over": ("占用早已到期", "under way for longer than any call may be"),
    "overdue": ("早已到期，部门空闲却未发出", "due long ago, though its department could take it"),
    "nothing_open": ("等待前面的步骤，但没有步骤在办", "waits for steps of which none is open"),
}
#: Acts of an operator on a case, or on a department.
ACTS: Final[Names] = {
    "resolved": ("判定了结果", "said what became of it"),
    "taken_back": ("撤回了判定", "took back what had been said of it"),
    "retried": ("要求重新发送", "asked for it to be sent again"),
    "moved": ("改用更正后的定义", "moved it to a corrected definition"),
    "voided": ("作废了办件", "voided it"),
    "entered_late": ("补录了办件", "entered it late"),
    "paused": ("暂停", "paused it"),
    "resumed": ("恢复", "resumed it"),
    "limited": ("调整限额", "limited it"),
    "suspended": ("暂停受理", "suspended it"),
    "end_changed": ("更改了截止时间", "gave it another end"),
    "controlled": ("调整", "paused, resumed or limited it"),
}
#: Events of the audit, those of a case among them.
EVENTS: Final[Names] = {
    "account_changed": ("变更了账号", "an account was given another name, role or group"),
    "account_created": ("新建了账号", "an account was created"),
    "account_disabled": ("停用了账号", "an account was disabled"),
    "account_enabled": ("启用了账号", "an account was enabled again"),
    "answer_locked": ("补正时证件末位多次输错，该凭证暂停补正", "a receipt answers nothing for a while after too many wrong tries"),
    "application_accepted": ("已收件", "the application was received"),
    "application_voided": ("办件已作废", "the application was voided"),
    "attempt_failed": ("一次调用没有结果", "a call to a department gave no outcome"),
    "attempt_started": ("开始发送给部门", "it is being handed over"),
    "attempt_withheld": ("暂不发送，需要人处理", "it was not handed over: a person has to look"),
    "audit_accepted": ("运维人员确认了审计的问题", "an operator took the audit as it was found"),
    "audit_baseline": ("审计开始核对已有的数据", "the audit began to hold what was already there"),
    "audit_key_handed_over": ("审计签名密钥已更换", "a new key signs the audit, by the old one's word"),
    "audit_upgraded": ("审计已升级", "every chain of the audit is signed from now on"),
    "book_exported": ("导出了台账", "the book of some days was taken out as a file"),
    "callback_applied": ("部门回调，已生效", "a department called back, and it counted"),
    "callback_kept": ("部门回调，留存备查", "a department called back, and it was kept as evidence"),
    "case_changed": ("办件的记录有变化", "the case's record changed"),
    "case_restored": ("从备份恢复，需核实", "the case was restored from a backup: to be checked"),
    "cases_vouched": ("已有的办件纳入审计", "cases that were already there were taken into the audit"),
    "chain_closed": ("已停止节点的审计链已封闭", "the chain of a node that is gone was closed"),
    "clock_moved": ("主机时钟被调整", "the host's clock was set"),
    "configuration_reloaded": ("配置已重新加载", "the configuration was reloaded"),
    "definition_moved": ("改用更正后的事项定义", "it was moved to a corrected definition"),
    "definitions_kept": ("事项定义已入账", "definitions of services were kept"),
    "delivery_resolved": ("运维人员判定了结果", "an operator said what became of it"),
    "delivery_retried": ("运维人员要求重新发送", "an operator asked for it to be sent again"),
    "department_controlled": ("运维人员调整了部门", "an operator paused, resumed or limited a department"),
    "department_probed": ("运维人员要求现在试探部门", "an operator had a department probed at once"),
    "department_standing": ("部门可用状态变化", "a department went down, or is back"),
    "draft_begun": ("开始起草办件", "a draft was begun"),
    "draft_discarded": ("草稿已删除", "a draft was discarded"),
    "draft_filed": ("草稿已提交", "a draft was filed"),
    "draft_handed_over": ("草稿已移交", "a draft was handed over to a colleague"),
    "drafts_expired": ("过期的草稿已清除", "drafts that had expired were erased"),
    "job_begun": ("批量重试开始", "a retry of many was begun"),
    "job_ended": ("批量重试结束", "a retry of many ended"),
    "job_stopped": ("批量重试被停止", "a retry of many was stopped"),
    "job_worked": ("批量重试处理了一批", "a retry of many went through some deliveries"),
    "groups_begun": ("开始使用分组", "groups of front ends began"),
    "hmac_key_rotated": ("承诺与摘要的密钥已更换", "another key makes commitments, indexes, digests and MACs"),
    "journal_restored": ("账本从备份恢复", "the journal was restored from a backup"),
    "key_created": ("新建了密钥", "a key was created"),
    "key_succeeded": ("新建了接替的密钥", "a key was made that takes a key's place"),
    "key_joined": ("密钥已入组", "a key joined a group, with what it had filed"),
    "key_revoked": ("吊销了密钥", "a key was revoked"),
    "keys_digested": ("已有的键改存摘要", "keys that were already there are kept as digests"),
    "late_result_kept": ("迟到的结果，留存备查", "a result came too late and was kept as evidence"),
    "numbers_reserved": ("预留了办件编号", "numbers of cases were reserved"),
    "one_time_code_set": ("设置或取消了动态码", "an account was given another secret of one-time codes, or none"),
    "outcome_recorded": ("部门已答复", "the department said what became of it"),
    "password_set": ("设置了密码", "an account was given another password"),
    "query_asked": ("向部门查询", "a department was asked a question"),
    "record_kept": ("留存了记录", "a record was kept"),
    "receipt_issued": ("补发了收件凭证，旧的查询码和链接作废", "a receipt was issued again: the code and link before it are dead"),
    "recovered": ("接管中断的发送", "what was under way when a node ended was taken over"),
    "resolution_taken_back": ("运维人员撤回了对结果的判定", "an operator took back what had been said of it"),
    "revision_filed": ("补正已提交", "a corrected version was filed"),
    "rows_vouched": ("已有的记录纳入审计", "records that were already there were taken into the audit"),
    "service_resumed": ("事项恢复受理", "a service was resumed: it takes applications again"),
    "service_suspended": ("事项暂停受理", "a service was suspended: nothing new is taken"),
    "session_ended": ("结束了登录会话", "a session was ended"),
    "sign_in_locked": ("登录失败过多，账号暂时锁定", "an account was locked for a while after too many failed sign-ins"),
    "signed_in": ("已登录", "a person signed in"),
    "signed_out": ("已退出登录", "a person signed out"),
    "suspension_changed": ("更改了暂停受理的截止时间", "a suspension was given another end"),
    "withdrawal_asked": ("申请人要求撤回", "the applicant took it back"),
}
#: Reasons why a call gave no outcome, or a delivery stands. They are the gateway's own: an adapter may have others, named in its README.
FAILURES: Final[Names] = {
    "absent_after_acceptance": ("部门曾收件，现在却查不到", "the department had it, and now says that it does not"),
    "adapter_deadline": ("适配器没有在时限内结束", "the adapter did not end within its deadline"),
    "adapter_error": ("适配器出错", "a bug in the adapter"),
    "condition_failed": ("无法判断该环节是否适用", "it cannot be told whether the step applies"),
    "connect_timeout": ("没有及时连上部门", "no connection within the deadline"),
    "connection_lost": ("连接中断，没有收到答复", "the connection ended without a reply"),
    "crashed": ("发送时节点中断", "the node ended while it was being sent"),
    "dns": ("部门的主机名无法解析", "the department's host name cannot be resolved"),
    "http_…": ("部门以该 HTTP 状态答复", "the department answered with that HTTP status"),
    "key_forgotten": ("结果不明，且部门已不记得", "in doubt, and no longer recognised by the department"),
    "loop_blocked": ("适配器阻塞了网关", "the adapter blocked the gateway"),
    "no_adapter": ("部门没有可用的适配器", "the department has no adapter"),
    "no_word": ("部门没有回调，又不能查询", "the department has not called back, and cannot be asked"),
    "node_stopped": ("节点在部门答复之前停止", "the node stopped before the department had answered"),
    "not_connected": ("连不上部门", "no connection to the department"),
    "not_recorded": ("答复未能入账", "what came back could not be recorded"),
    "not_sendable": ("无法生成发给部门的请求", "the department's request cannot be made"),
    "nothing_follows": ("部门收件后无从得知结果", "nothing tells what becomes of it"),
    "reference_unknown": ("部门不认得受理编号", "the department does not know the reference"),
    "redirect": ("部门的地址转向别处", "the department's address leads elsewhere"),
    "reply_charset": ("答复的字符编码有误", "the reply is not in the character set that it says"),
    "reply_contract": ("答复不合约定", "the reply does not fit the contract"),
    "reply_dtd": ("答复含有不接受的 DTD", "the reply holds a DTD, which is not accepted"),
    "reply_encoding": ("答复的压缩格式有误", "the compressed reply cannot be read"),
    "reply_http": ("答复不是 HTTP", "the reply is not HTTP"),
    "reply_json": ("答复不是 JSON", "the reply is not JSON"),
    "reply_multipart": ("分为多部分的答复读不出", "the reply in several parts cannot be read"),
    "reply_too_large": ("答复过大", "the reply is too large"),
    "reply_truncated": ("答复不完整", "the reply ended before its end"),
    "reply_type": ("答复的类型不对", "the reply is of another type than agreed"),
    "reply_xml": ("答复不是 XML", "the reply is not XML"),
    "request_charset": ("请求含有部门系统写不了的字", "the request holds a character that the department cannot write"),
    "request_contract": ("请求不合约定", "the request does not fit the contract"),
    "request_form": ("请求不能写成表单", "the request cannot be written as a form"),
    "request_http": ("请求不能以 HTTP 发送", "the request cannot be sent over HTTP"),
    "request_json": ("请求不能写成 JSON", "the request cannot be written as JSON"),
    "request_text": ("请求不能写成文本", "the request cannot be written as text"),
    "request_xml": ("请求不能写成 XML", "the request cannot be written as XML"),
    "restored": ("从备份恢复，需核实", "restored from a backup: to be checked"),
    "share_failed": ("办件内容无法变成部门的请求", "the application's data does not make the department's request"),
    "soap_fault": ("部门以 SOAP 错误答复", "the department answered with a SOAP fault"),
    "soap_security_fault": ("部门拒绝了我们的凭据", "the department refused our credentials"),
    "timeout": ("没有及时收到答复", "no whole reply within the deadline"),
    "tls": ("与部门的 TLS 无法建立", "no agreement with the department on TLS"),
    "tls_certificate": ("部门不接受本方的客户端证书", "the department does not take our client certificate"),
}
