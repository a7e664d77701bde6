"""The social security adapter with its sandbox, and a request of each operation."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.sdk import Request
from plugins.social_security.adapter import (
    Employee,
    EnrollEmployees,
    Retire,
    SocialSecurity,
    SocialSecurityOptions,
    UpdateFamily,
)
from plugins.social_security.sandbox import SocialSecuritySandbox
from tests.plugins.conftest import Open, Serve

SECRETS = {"username": "onestop", "password": "p&ss<密>"}
REQUESTS: dict[str, Request] = {
    "update_family": UpdateFamily(
        name="测试甲",
        id_type="111",
        id_number="500152199001010018",
        marital_status="20",
        spouse_name="测试乙",
        spouse_id_number="500152198512310026",
        marriage_certificate_number="J500152-2026-000001",
    ),
    "retire": Retire(
        name="测试甲",
        id_type="111",
        id_number="500152199001010018",
        employer_name="测试公司",
        employer_uscc="91500152MA0000007D",
        planned_on=date(2026, 12, 31),
        bank_name="测试银行",
        bank_account="6222000000000000",
    ),
    "enroll_employees": EnrollEmployees(
        employer_name="测试公司",
        employer_uscc="91500152MA0000007D",
        employees=[
            Employee(name="测试甲", id_type="111", id_number="500152199001010018"),
            Employee(name="测试乙", id_type="111", id_number="500152198512310026"),
        ],
    ),
}


@pytest.fixture
async def both(serve: Serve, opened: Open) -> tuple[SocialSecuritySandbox, SocialSecurity]:
    """A sandbox that decides nothing by itself during a test, and the adapter on it."""
    sandbox, connection = await serve(
        SocialSecuritySandbox, secrets=SECRETS, options=SocialSecurityOptions(), settings={"decide_after_seconds": 3600}, deadline=1
    )
    return sandbox, await opened(SocialSecurity, connection)
