"""The mistakes that :class:`gateway.sdk.demo.broken.Broken` makes on order, and the tests of the conformance suite that find each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake of an adapter, in both languages. ``found_by`` has the code of a test and the operation at which it fails, if any."""

    en: str
    zh: str
    found_by: tuple[tuple[str, str], ...]


#: The mistakes by the names of their ways.
WAYS = {
    "accepts_conflicts": Mistake(
        en="takes a 409 for an acceptance", zh="把 409 当作受理", found_by=(("conflict_is_not_accepted", "file"),)
    ),
    "another_reference": Mistake(en="numbers its cases itself", zh="自己编受理编号", found_by=(("answer_becomes_the_outcome", "file"),)),
    "blocks": Mistake(en="computes for a while in the loop", zh="在事件循环里长时间计算", found_by=(("loop_is_never_blocked", "look_up"),)),
    "callback_approves": Mistake(
        en="takes every callback for an approval", zh="把一切回调都当作批准", found_by=(("callback_tells_the_decision", "apply"),)
    ),
    "closed_is_rejected": Mistake(
        en="takes a closed office for a rejection", zh="把非受理时间当作拒绝", found_by=(("closed_office_is_not_processed", "file"),)
    ),
    "connects_on_open": Mistake(
        en="calls the department in open()", zh="在 open() 里调用部门", found_by=(("opens_closes_and_opens_again", ""),)
    ),
    "counts_in_floats": Mistake(
        en="counts money in binary fractions", zh="用二进制浮点数计算金额", found_by=(("amounts_keep_their_value", "file"),)
    ),
    "cuts_texts": Mistake(en="cuts long texts off", zh="把长文字截短", found_by=(("texts_leave_whole", "file"),)),
    "dates_in_utc": Mistake(
        en="sends a day as the UTC day of its midnight", zh="把日期换算成 UTC 的日期", found_by=(("dates_keep_their_day", "file"),)
    ),
    "doubt_as_unavailable": Mistake(
        en="calls a lost reply Unavailable, so that it is sent twice",
        zh="把答复丢失报成 Unavailable，于是重复发送",
        found_by=(
            ("cut_while_sending_is_in_doubt", "apply"),
            ("lost_after_sending_is_in_doubt", "file"),
            ("error_page_is_in_doubt", "file"),
            ("truncated_reply_is_in_doubt", "file"),
            ("hanging_ends_at_the_deadline", "file"),
        ),
    ),
    "drops_a_field": Mistake(en="leaves a part of the request out", zh="漏发请求的一部分", found_by=(("every_field_leaves", "file"),)),
    "fatal_is_rejected": Mistake(
        en="takes a failure of the department's system for a rejection",
        zh="把部门系统故障当作拒绝",
        found_by=(("system_failure_is_no_outcome", "file"),),
    ),
    "fields_as_theirs": Mistake(
        en="names fields in the department's words", zh="用部门的字段名指出问题", found_by=(("return_names_our_fields", "apply"),)
    ),
    "find_is_absent": Mistake(
        en="says Absent whatever the department says, or does not say",
        zh="不论部门怎么说、说没说，都给出 Absent",
        found_by=(("find_knows_what_was_done", "apply"), ("find_that_fails_is_never_absent", "apply")),
    ),
    "find_is_unknown": Mistake(en="never knows", zh="从来查不到", found_by=(("find_says_absent_of_what_never_arrived", "apply"),)),
    "forgets_a_client": Mistake(
        en="does not close a client that only probe() uses",
        zh="不关闭只有 probe() 才用的客户端",
        found_by=(("every_client_is_closed", ""),),
    ),
    "guesses_codes": Mistake(
        en="takes a code that it does not know for a rejection",
        zh="把不认识的代码当作拒绝",
        found_by=(("unlisted_code_is_in_doubt", "file"),),
    ),
    "holds_on": Mistake(
        en="goes on with a call that was cancelled", zh="调用被取消后继续进行", found_by=(("cancelled_call_leaves_nothing", "file"),)
    ),
    "id_in_address": Mistake(
        en="puts the ID number into the address", zh="把证件号放进地址", found_by=(("addresses_and_headers_hold_nothing_personal", "file"),)
    ),
    "id_in_error": Mistake(
        en="puts the ID number into an error", zh="把证件号写进错误", found_by=(("errors_hold_nothing_personal", "file"),)
    ),
    "id_in_header": Mistake(
        en="puts the ID number into a header", zh="把证件号放进请求头", found_by=(("addresses_and_headers_hold_nothing_personal", "file"),)
    ),
    "keeps_people": Mistake(
        en="sends along what an earlier case said", zh="把前一件的内容一起发出", found_by=(("only_its_own_request_leaves", "file"),)
    ),
    "leaves_a_task": Mistake(
        en="begins a task that nobody ends", zh="启动无人结束的任务", found_by=(("finished_call_leaves_no_task", "file"),)
    ),
    "logs": Mistake(en="logs what it sends", zh="把发送的内容写进日志", found_by=(("logs_hold_nothing_personal", "file"),)),
    "logs_refusals": Mistake(
        en="logs the body of a refusal at DEBUG", zh="把拒绝的报文写进 DEBUG 日志", found_by=(("logs_hold_nothing_personal", "file"),)
    ),
    "mixes_people": Mistake(
        en="keeps the present request in the object", zh="把当前请求存在对象里", found_by=(("concurrent_calls_carry_their_own", "file"),)
    ),
    "naive": Mistake(
        en="follows redirects, reads without a cap and without a deadline",
        zh="跟随重定向，读取没有上限，也没有期限",
        found_by=(
            ("redirect_is_not_followed", "file"),
            ("huge_reply_is_capped", "file"),
            ("bomb_is_capped", "file"),
            ("hanging_ends_at_the_deadline", "file"),
        ),
    ),
    "never_closes": Mistake(
        en="keeps its connections after close()", zh="close() 之后保留连接", found_by=(("opens_closes_and_opens_again", ""),)
    ),
    "new_callback_ids": Mistake(
        en="gives every callback a new id", zh="每次给回调一个新的标识", found_by=(("callback_twice_is_the_same", "apply"),)
    ),
    "no_deadline": Mistake(
        en="takes as long as it likes",
        zh="不受期限限制",
        found_by=(("hanging_ends_at_the_deadline", "file"), ("dripping_ends_at_the_deadline", "file")),
    ),
    "no_retry_after": Mistake(
        en="forgets for how long the department is busy",
        zh="忘记部门要求等待的时间",
        found_by=(("too_many_is_busy_for_as_long_as_asked", "file"),),
    ),
    "old_callbacks": Mistake(
        en="takes callbacks however old they are", zh="不论多旧的回调都接受", found_by=(("stale_callback_is_refused", "apply"),)
    ),
    "one_connection": Mistake(
        en="sends everything over the same connections",
        zh="总是用同样的连接发送",
        found_by=(("fresh_connection_is_fresh", "apply"), ("fresh_connection_is_fresh", "file")),
    ),
    "own_key": Mistake(
        en="makes a new key for every attempt",
        zh="每次尝试都换一个 key",
        found_by=(
            ("key_goes_with_every_attempt", "file"),
            ("repeat_has_one_effect", "file"),
            ("repeat_after_a_lost_reply_has_one_effect", "file"),
        ),
    ),
    "poll_approves": Mistake(
        en="takes every decision for an approval", zh="把一切决定都当作批准", found_by=(("poll_tells_what_is_decided", "apply"),)
    ),
    "poll_swallows": Mistake(
        en="takes a failed poll for one without news",
        zh="把失败的查询当作没有消息",
        found_by=(("poll_that_fails_decides_nothing", "apply"),),
    ),
    "polls_by_position": Mistake(
        en="pairs polled decisions with cases by their position",
        zh="按次序把查询到的决定配给办件",
        found_by=(("poll_goes_by_the_reference", "apply"),),
    ),
    "prints": Mistake(en="prints what it sends", zh="把发送的内容打印出来", found_by=(("logs_hold_nothing_personal", "look_up"),)),
    "probe_files": Mistake(
        en="files a case to see whether the department is there",
        zh="用一件真的办件来试部门在不在",
        found_by=(("probe_has_no_effect_and_sees_wrong_credentials", ""),),
    ),
    "refusals_in_doubt": Mistake(
        en="does not tell wrong credentials from other trouble",
        zh="不区分凭据错误与其他问题",
        found_by=(("wrong_credentials_are_auth_failed", "file"),),
    ),
    "refused_in_doubt": Mistake(
        en="doubts also what was never sent",
        zh="没有发出的也报 InDoubt",
        found_by=(("refused_before_sending_is_unavailable", "file"), ("no_connection_in_time_is_unavailable", "file")),
    ),
    "remembers_answers": Mistake(
        en="gives the answer of an earlier question that was alike",
        zh="用以前相同查询的答复来回答",
        found_by=(
            ("every_call_reaches_the_department", "look_up"),
            ("concurrent_calls_carry_their_own", "look_up"),
            ("every_field_leaves", "look_up"),
            ("system_failure_is_no_outcome", "look_up"),
            ("huge_reply_is_capped", "look_up"),
            ("bomb_is_capped", "look_up"),
            ("hanging_ends_at_the_deadline", "look_up"),
            ("dripping_ends_at_the_deadline", "look_up"),
        ),
    ),
    "renames_conflicts": Mistake(
        en="sends again under a new key after a 409", zh="遇到 409 换一个 key 再发", found_by=(("failed_call_is_sent_once", "file"),)
    ),
    "repeats_their_words": Mistake(
        en="puts the department's words into an error", zh="把部门的话写进错误", found_by=(("errors_hold_nothing_personal", "file"),)
    ),
    "retries": Mistake(
        en="sends again what failed",
        zh="失败后自己重发",
        found_by=(("failed_call_is_sent_once", "apply"), ("failed_call_is_sent_once", "look_up")),
    ),
    "sync_client": Mistake(
        en="uses a blocking client",
        zh="使用阻塞式客户端",
        found_by=(("cancelled_call_leaves_nothing", "file"), ("loop_is_never_blocked", "file"), ("hanging_ends_at_the_deadline", "file")),
    ),
    "trusts_200": Mistake(
        en="takes HTTP 200 for success",
        zh="HTTP 200 就当作成功",
        found_by=(
            ("rejection_is_an_outcome", "file"),
            ("html_page_is_in_doubt", "file"),
            ("empty_reply_is_in_doubt", "file"),
            ("wrong_charset_is_in_doubt", "file"),
            ("dtd_is_in_doubt", "file"),
            ("fault_in_200_is_in_doubt", "file"),
            ("closed_office_is_not_processed", "file"),
        ),
    ),
    "unsigned": Mistake(
        en="does not verify callbacks",
        zh="不验证回调",
        found_by=(("forged_callback_is_refused", "apply"), ("callback_of_another_is_refused", "apply")),
    ),
    "with_a_shared_call": Mistake(
        en="keeps the present call in the object", zh="把当前调用存在对象里", found_by=(("concurrent_calls_stay_apart", "apply"),)
    ),
    "withdraws_blindly": Mistake(
        en="says Withdrawn without asking",
        zh="不问部门就说已撤回",
        found_by=(
            ("other_calls_tell_refusals_too", "apply"),
            ("withdraw_takes_back_what_is_open", "apply"),
            ("withdraw_that_fails_says_nothing", "apply"),
        ),
    ),
}
