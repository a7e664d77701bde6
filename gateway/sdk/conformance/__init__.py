"""The conformance suite: what every adapter must hold to, tested through a fault proxy before its sandbox.

A test class inherits :class:`Conformance` and says what is under test; ``pip install 'onestop-gateway[testing]'`` brings pytest. ::

    class TestFire(Conformance):
        adapter = Fire
        sandbox = FireSandbox
        secrets = {"token": "t"}
        samples = {"inspect": Sample(request={"company_name": "测试公司", "uscc": "91500152MA0000007D"})}

What each test asks, and what to do when it fails, is in ``docs/conformance.md``.
"""

try:
    import pytest_asyncio  # noqa: F401  # first, to say what is missing
    import time_machine  # noqa: F401  # as above
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"the conformance suite needs {missing.name}: pip install 'onestop-gateway[testing]'") from None

from gateway.sdk.conformance.check import Check, checks_in
from gateway.sdk.conformance.sample import Sample
from gateway.sdk.conformance.sample_files import samples_in, unwritten
from gateway.sdk.conformance.suite import Conformance

__all__ = ["Check", "Conformance", "Sample", "checks_in", "samples_in", "unwritten"]
