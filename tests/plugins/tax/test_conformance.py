"""The tax adapter holds to what every adapter must."""

from __future__ import annotations

from gateway.sdk.conformance import Conformance, Sample
from plugins.tax.adapter import Tax
from plugins.tax.sandbox import TaxSandbox
from tests.plugins.tax.test_adapter import OPTIONS, REQUESTS


class TestTax(Conformance):
    """Decides at once; nothing is found, polled or withdrawn."""

    adapter = Tax
    sandbox = TaxSandbox
    secrets = {"token": "t"}
    options = OPTIONS
    samples = {name: Sample(request=request, unlisted_code="77") for name, request in REQUESTS.items()}
