"""Sentences on figures that are asked for in a way that they cannot be given."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text

NO_DEPARTMENT: Final = Text(zh="没有这个部门，或您无权查看", en="there is no such department, or it is not yours to see")
NOT_BEFORE_END: Final = Text(zh="须早于 to（未给出则为现在）", en="must be before `to`, which is now unless given")
