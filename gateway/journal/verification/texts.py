"""Sentences on what a verification of the audit found, and on exports of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

Value = str | int | bool | None

EXISTS = Text(zh="文件已存在；换个名字", en="the file exists: name another")
NO_EXPORT = Text(zh="不是 gateway audit export 写出的文件", en="this file was not written by `gateway audit export`")
not_written = TextOf[str | None]("无法写入（{0}）", "cannot be written ({0}): see the folder")
not_read = TextOf[str]("无法读取，或已损坏", "cannot be read, or is damaged ({0})")

# A row (the first that is given) that is not as the audit has it.
vouched_again = TextOf[Text](
    "{0.zh}：再次确认了已有内容；两次之间的改动无法证明",
    "{0.en}: what was there was vouched for a second time; what was changed between the two is not proven",
)
other_image = TextOf[Text, Value, Value](
    "{0.zh}：办件或其交办的某些列与最后一条审计条目所记不符（表 {1}，审计 {2}）",
    "{0.en}: columns of it or of its deliveries are not as its last entry left them ({1}, {2} by the audit)",
)
other_value = TextOf[Text, str, Value, Value](
    "{0.zh}:{1} 在表中为 {2}，审计记录为 {3}", "{0.en}: {1} is {2} in the table, {3} by the audit"
)
deleted = TextOf[Text]("{0.zh}：审计中有，表中没有：被删除", "{0.en}: the audit has it, the table does not: it was deleted")
put_in = TextOf[Text]("{0.zh}：表中有，审计中没有：被插入", "{0.en}: the table has it, the audit does not: it was put in")

#: By the kind of a problem. ``before`` is the entry before ``seq``.
PROBLEMS: Final[Mapping[str, Text]] = {
    "changed": Text(
        zh="链 {chain} 第 {seq} 条（{event}，{when}）与其哈希不符：内容被改动，或被换成了另一条；第 {before} 条及以前完好",
        en=(
            "chain {chain}, entry {seq} ({event}, {when}) does not fit its hash: it was changed, or another was put in its place; "
            "all up to entry {before} is sound"
        ),
    ),
    "missing": Text(
        zh="链 {chain} 缺第 {seq} 条：被删除，或序号被改动；第 {before} 条及以前完好",
        en="chain {chain} has no entry {seq}: it was removed, or its number changed; all up to entry {before} is sound",
    ),
    "rewritten": Text(
        zh="链 {chain} 第 {seq} 条（{event}）与当时签名的链头不符：第 {sound} 条之后被整体重算，或放回了另一份副本",
        en=(
            "chain {chain}, entry {seq} ({event}) is not what was signed at the time: everything after entry {sound} was "
            "recomputed, or another copy was put in its place"
        ),
    ),
    "cut": Text(
        zh="链 {chain} 到第 {before} 条为止：第 {seq} 条起（签名的链头曾到第 {signed} 条）不见了，尾部被截断，或放回了旧副本",
        en=(
            "chain {chain} ends with entry {before}: entry {seq} and what followed, signed up to entry {signed}, is gone; the tail "
            "was cut off, or an older copy was put back"
        ),
    ),
    "short": Text(
        zh="链 {chain} 到第 {before} 条为止，而网关最后一次提交到了第 {signed} 条：第 {seq} 条起被删除",
        en=(
            "chain {chain} ends with entry {before}, but the gateway's last commit reached entry {signed}: entry {seq} and what "
            "followed was removed"
        ),
    ),
    "not_written": Text(
        zh="链 {chain} 的末尾（第 {seq} 条）不是网关最后一次提交（到第 {signed} 条）所写：有条目被补入，或尾部被重算",
        en=(
            "chain {chain} does not end (entry {seq}) as the gateway's last commit left it (entry {signed}): entries were put in, "
            "or its tail was recomputed"
        ),
    ),
    "unsigned": Text(
        zh="链 {chain}（至第 {seq} 条）没有提交签名：签名被抹去；若有旧版本节点写过，请在其全部停止后执行 gateway audit upgrade",
        en=(
            "chain {chain} (up to entry {seq}) has no commit that is signed: the signature was taken off; if nodes of the version "
            "before wrote it, run `gateway audit upgrade` once they have all stopped"
        ),
    ),
    "row_forged": Text(
        zh="链 {chain} 的最后一次提交（第 {seq} 条）不是用本机构密钥签署的：审计记录被改写后重算",
        en=(
            "chain {chain} is not signed with this installation's key where its last commit left it (entry {seq}): the audit was "
            "changed and computed again"
        ),
    ),
    "accepted_changed": Text(
        zh="链 {chain} 至第 {seq} 条曾由 gateway audit accept 按原样认可，此后又被改动",
        en="chain {chain} was accepted up to entry {seq} as it stood (gateway audit accept), and has been changed since",
    ),
    "no_identity": Text(
        zh="日志库的标识（meta 表）被清空：这不是新的日志库，请恢复备份",
        en="the journal's own id is gone (table meta was emptied): this is no new journal; restore a backup",
    ),
    "unmarked": Text(
        zh="meta 表中“所有链均已签名”的标记被删除", en="the mark that all chains of this journal are signed is gone: table meta was changed"
    ),
    "heads_missing": Text(
        zh="签名链头文件不存在：无法证明尾部未被截断；请从日志备份处取回",
        en="the file of signed heads is gone: nothing proves that the tail is whole; fetch it from where logs are kept",
    ),
    "heads_unreadable": Text(zh="签名链头文件无法读取，请检查权限", en="the file of signed heads cannot be read: check who may read it"),
    "heads_forged": Text(
        zh="签名链头文件第 {seq} 行不是用本机构密钥签署的：被伪造或改动",
        en="line {seq} of the signed heads is not signed with this installation's key: it was forged or changed",
    ),
    "heads_removed": Text(
        zh="签名链头文件第 {seq} 行之前有行被删除或调换", en="lines before line {seq} of the signed heads were removed or swapped"
    ),
    "heads_other_journal": Text(
        zh="签名链头文件第 {seq} 行属于另一个日志库：数据库或文件被替换",
        en="line {seq} of the signed heads is of another journal: the database or the file was replaced",
    ),
}
_WORDS: Final = {
    "application": "办件",
    "delivery": "交办",
    "payload": "数据",
    "entry": "审计条目",
    "attempt": "调用",
    "idempotency": "提交记录",
    "party": "当事人",
    "inbox": "回调",
    "rows": "基线以前的记录",
    "baseline": "基线",
    "service_definition": "事项定义",
    "department_control": "部门管控",
    "service_control": "事项暂停",
    "api_key": "密钥",
    "job": "任务",
    "job_delivery": "任务结果",
    "number_block": "号段",
    "quota_use": "配额",
    "account": "账号",
    "session": "登录会话",
    "draft": "草稿",
}


def problem(kind: str, *, chain: str, seq: int | None, event: str | None, at: int | None, sound: int | None, signed: int | None) -> Text:
    said, before = PROBLEMS[kind], "" if seq is None else seq - 1
    facts = {"chain": chain, "seq": seq, "before": before, "when": _time(at), "sound": sound, "signed": signed}
    return Text(zh=said.zh.format(event=event or "无条目", **facts), en=said.en.format(event=event or "no entry", **facts))


def row(what: str, name: str, application: str | None) -> Text:
    word = _WORDS.get(what, what)
    if application is None:
        return Text(zh=f"{word} {name}", en=f"{what} {name}")
    return Text(zh=f"办件 {application} 的{word} {name}", en=f"{what} {name} of application {application}")


def restored(chain: str, kept: int, lost: int | None, *, taken_at: int, restored_at: int) -> Text:
    back, taken = _time(restored_at), _time(taken_at)
    gone = (
        Text(
            zh=f"此前签名过的第 {kept + 1} 至 {lost} 条随旧库丢失",
            en=f"entries {kept + 1} to {lost}, signed before, are gone with the old journal",
        )
        if lost is not None
        else Text(zh=f"第 {kept} 条之后是否还有条目，此处无从得知", en=f"whether anything followed entry {kept} is not known here")
    )
    return Text(
        zh=f"恢复的副本：链 {chain} 于 {back} 恢复到 {taken} 的备份（第 {kept} 条）；{gone.zh}",
        en=f"restored copy: at {back} chain {chain} was put back to the backup of {taken}, entry {kept}; {gone.en}",
    )


def accepted(at: int, problems: int, chains: Sequence[tuple[str, int]]) -> Text:
    zh = ";".join(f"链 {chain} 至第 {seq} 条与哈希不符" for chain, seq in chains)
    en = "; ".join(f"chain {chain} up to entry {seq} does not fit its hashes" for chain, seq in chains)
    return Text(
        zh=f"{_time(at)} 按当时状态认可，有 {problems} 处问题" + (f":{zh}" if zh else ""),
        en=f"accepted at {_time(at)} as it was found, with {problems} problems" + (f": {en}" if en else ""),
    )


def _time(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="seconds") if at is not None and 0 <= at < 2**52 else "?"
