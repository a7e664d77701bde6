"""The conformance suite: the demands on every adapter, tested through a fault proxy in front of its sandbox.

A test class inherits :class:`Conformance` and names the adapter under test. ``pip install 'onestop-gateway[testing]'`` brings pytest. ::

    class TestFire(Conformance):
        adapter = Fire
        sandbox = FireSandbox
        secrets = {"token": "t"}
        samples = {"inspect": Sample(request={"company_name": "测试公司", "uscc": "91500152MA0000007D"})}

``docs/conformance.md`` has the demand of each test, and the remedy when it fails.
"""

try:
    import pytest_asyncio  # noqa: F401  # first, to say what is missing
    import time_machine  # noqa: F401  # as above
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"the conformance suite needs {missing.name}: pip install 'onestop-gateway[testing]'") from None

from gateway.sdk.conformance.check import Check, checks_in
from gateway.sdk.conformance.sample import Sample, samples_in, unwritten
from gateway.sdk.conformance.suite import Conformance

__all__ = ["Check", "Conformance", "Sample", "checks_in", "samples_in", "unwritten"]
