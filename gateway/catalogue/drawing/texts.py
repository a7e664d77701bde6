"""Words of fields that no form has of its own."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text

APPLICANT: Final = Text(zh="申请人", en="Applicant")
AGENT: Final = Text(zh="代办人", en="Agent")
NAME: Final = Text(zh="姓名", en="Name")
ID_TYPE: Final = Text(zh="证件类型", en="Type of document")
ID_NUMBER: Final = Text(zh="证件号码", en="Number of the document")
MOBILE: Final = Text(zh="手机号码", en="Mobile number")

YES: Final = Text(zh="是", en="Yes")
NO: Final = Text(zh="否", en="No")
