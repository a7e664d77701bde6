"""The marriage adapter with its sandbox, and a request of each operation."""

from __future__ import annotations

from datetime import date

import pytest

from plugins.marriage.adapter import CoupleStatus, MaritalStatus, Marriage, Register
from plugins.marriage.sandbox import MarriageSandbox
from tests.plugins.conftest import Open, Serve

SECRETS = {"username": "onestop", "password": "p&ss<密>", "appmark": "ywtb"}
REGISTER = Register(
    name_man="测试甲",
    id_number_man="500152199001010018",
    name_woman="测试乙",
    id_number_woman="500152198512310026",
    registered_on=date(2026, 11, 23),
)
COUPLE = CoupleStatus(name_man="测试甲", id_number_man="500152199001010018", name_woman="测试乙", id_number_woman="500152198512310026")
SINGLE = MaritalStatus(name="测试甲", id_number="500152199001010018")


@pytest.fixture
async def both(serve: Serve, opened: Open) -> tuple[MarriageSandbox, Marriage]:
    """The registry and the adapter on it."""
    sandbox, connection = await serve(MarriageSandbox, secrets=SECRETS, deadline=1)
    return sandbox, await opened(Marriage, connection)
