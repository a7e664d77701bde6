"""Sentences on figures that are asked for in a way that they cannot be given."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

NO_DEPARTMENT: Final = Text(zh="没有这个部门，或您无权查看", en="there is no such department, or it is not yours to see")
NOT_AFTER: Final = Text(zh="须晚于 from", en="must be after `from`")
TOO_LONG: Final = TextOf[int]("一次最多 {0} 天，请缩短范围", "at most {0} days at once: ask for less")
