"""Sentences on figures that are asked for in a way that they cannot be given."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text

NO_DEPARTMENT: Final = Text(zh="没有这个部门，或您无权查看", en="there is no such department, or it is not yours to see")
NOT_AFTER: Final = Text(zh="须晚于 from", en="must be after `from`")
