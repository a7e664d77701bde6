"""The marriage adapter holds to what every adapter must."""

from __future__ import annotations

from gateway.sdk.conformance import Conformance, Sample
from plugins.marriage.adapter import Marriage
from plugins.marriage.sandbox import MarriageSandbox
from tests.plugins.marriage.conftest import COUPLE, REGISTER, SECRETS, SINGLE


class TestMarriage(Conformance):
    """XML within strings within SOAP; a repeat is done again, so that it is asked first."""

    adapter = Marriage
    sandbox = MarriageSandbox
    secrets = SECRETS
    samples = {
        "register": Sample(request=REGISTER, returned_fields={"cert_num_woman": "id_number_woman"}, unlisted_code="9001"),
        "couple_status": Sample(request=COUPLE, unlisted_code="9001"),
        "marital_status": Sample(request=SINGLE),
    }
