"""Titles and hints of the fields of known kinds."""

from __future__ import annotations

from gateway.model.service import Text

ID_NUMBER = Text(zh="公民身份号码", en="ID number")
USCC = Text(zh="统一社会信用代码", en="Unified social credit code")
MOBILE = Text(zh="手机号码", en="Mobile number")
UNIT_NUMBER = Text(zh="不动产单元号", en="Real-estate unit number")
NAME = Text(zh="姓名或名称", en="Name")
LINE = Text(zh="一行文字，首尾没有空格", en="one line, without space around it")
