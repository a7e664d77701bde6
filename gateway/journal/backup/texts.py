"""Sentences on backups that cannot be written, read or loaded."""

from __future__ import annotations

from gateway.model.service import Text

EXISTS = Text(zh="文件已存在；换个名字，或加 --force 覆盖", en="the file exists: name another, or overwrite it with --force")
MADE_MEANWHILE = Text(zh="文件已存在；换个名字", en="the file exists: name another")
NO_BACKUP = Text(zh="不是 gateway backup 写出的文件", en="this file was not written by `gateway backup`: name another")
CUT_SHORT = Text(zh="文件不完整，结尾缺失：请重新传输，或换一份备份", en="the file is cut short: copy it again, or take another backup")


def not_written(reason: str | None) -> Text:
    return Text(
        zh=f"无法写入（{reason}）；请检查目录、权限与空间",
        en=f"cannot be written ({reason}): see the folder, who may write there, and its space",
    )


def not_read(reason: str | None) -> Text:
    return Text(zh=f"无法读取（{reason}）", en=f"cannot be read ({reason}): see the file's name and who may read it")


def damaged(part: str) -> Text:
    return Text(
        zh=f"文件已损坏（{part}）：请重新传输，或换一份备份", en=f"the file is damaged ({part}): copy it again, or take another backup"
    )


def other_format(version: object, read: int) -> Text:
    return Text(
        zh=f"备份格式为第 {version} 版，本网关只读第 {read} 版：请用写出它的版本恢复",
        en=f"its format is version {version}, this gateway reads {read}: restore it with the release that wrote it",
    )


def newer(revision: str, head: str, gateway: str) -> Text:
    return Text(
        zh=f"备份的表结构为 {revision}，新于本网关的 {head}：请先安装 {gateway} 或更新的版本",
        en=f"its tables are of revision {revision}, newer than this code's {head}: install {gateway} or newer first",
    )


def no_revision(revision: str) -> Text:
    return Text(
        zh=f"备份的表结构 {revision} 不是任何已发布的版本",
        en=f"its tables are of revision {revision}, which no release had: take another backup",
    )


def not_loaded(cause: object) -> Text:
    return Text(zh=f"内容无法载入（{cause}），未载入任何数据", en=f"its rows cannot be loaded ({cause}): nothing was; take another backup")
