"""The real-estate adapter holds to what every adapter must."""

from __future__ import annotations

import base64

from gateway.sdk.conformance import Conformance, Sample
from plugins.real_estate.adapter import RealEstate
from plugins.real_estate.sandbox import RealEstateSandbox
from tests.plugins.real_estate.cases import CO_OWNER, HOLDINGS, OPTIONS, SECRETS, TRANSFER


class TestRealEstate(Conformance):
    """Decides later and calls back; a repeat is done again, so that it is asked first."""

    adapter = RealEstate
    sandbox = RealEstateSandbox
    secrets = SECRETS
    other_secrets = {"callback_secret": "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()}
    options = OPTIONS
    samples = {
        "add_co_owner": Sample(request=CO_OWNER, returned_fields={"gyrzjh": "co_owner_id_number", "unheardOf": ""}),
        "register_transfer": Sample(request=TRANSFER, returned_fields={"wspzh": "tax_receipt_number"}, unlisted_code="9999"),
        "housing_holdings": Sample(request=HOLDINGS, returned_fields={"qlrzjh": "id_number"}),
    }
