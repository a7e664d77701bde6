"""The social security adapter holds to what every adapter must."""

from __future__ import annotations

from gateway.sdk.conformance import Conformance, Sample
from plugins.social_security.adapter import SocialSecurity, SocialSecurityOptions
from plugins.social_security.sandbox import SocialSecuritySandbox
from tests.plugins.social_security.conftest import REQUESTS, SECRETS

_RETURNED = {
    "update_family": {"BAC102": "spouse_id_number"},
    "retire": {"AAE010": "bank_account"},
    "enroll_employees": {"ROW[2]/AAC147": "employees.1.id_number", "AAB998": "employer_uscc"},
}


class TestSocialSecurity(Conformance):
    """SOAP with WS-Security; accepted at once, decided later and polled."""

    adapter = SocialSecurity
    sandbox = SocialSecuritySandbox
    secrets = SECRETS
    options = SocialSecurityOptions()
    samples = {name: Sample(request=request, returned_fields=_RETURNED[name]) for name, request in REQUESTS.items()}
