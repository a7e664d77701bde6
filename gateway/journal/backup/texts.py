"""Sentences on backups that cannot be written, read or loaded."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

EXISTS = Text(zh="文件已存在；换个名字，或加 --force 覆盖", en="the file exists: name another, or overwrite it with --force")
MADE_MEANWHILE = Text(zh="文件已存在；换个名字", en="the file exists: name another")
NO_BACKUP = Text(zh="不是 gateway backup 写出的文件", en="this file was not written by `gateway backup`: name another")
CUT_SHORT = Text(zh="文件不完整，结尾缺失：请重新传输，或换一份备份", en="the file is cut short: copy it again, or take another backup")
not_written = TextOf[str | None](
    "无法写入（{0}）；请检查目录、权限与空间", "cannot be written ({0}): see the folder, who may write there, and its space"
)
not_read = TextOf[str | None]("无法读取（{0}）", "cannot be read ({0}): see the file's name and who may read it")
damaged = TextOf[str]("文件已损坏（{0}）：请重新传输，或换一份备份", "the file is damaged ({0}): copy it again, or take another backup")
other_format = TextOf[object, int](
    "备份格式为第 {0} 版，本网关只读第 {1} 版：请用写出它的版本恢复",
    "its format is version {0}, this gateway reads {1}: restore it with the release that wrote it",
)
newer = TextOf[str, str, str](
    "备份的表结构为 {0}，新于本网关的 {1}：请先安装 {2} 或更新的版本",
    "its tables are of revision {0}, newer than this code's {1}: install {2} or newer first",
)
no_revision = TextOf[str](
    "备份的表结构 {0} 不是任何已发布的版本", "its tables are of revision {0}, which no release had: take another backup"
)
not_loaded = TextOf[object]("内容无法载入（{0}），未载入任何数据", "its rows cannot be loaded ({0}): nothing was; take another backup")
