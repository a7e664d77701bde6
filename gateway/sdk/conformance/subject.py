"""A test class's description of its adapter, and the choice of the operations that each test is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import Applies, Check, check_of, fail
from gateway.sdk.conformance.sample import Sample
from gateway.sdk.department import Department, Operation, Options, Request, Safe
from gateway.sdk.sandbox import Sandbox


class Subject:
    """The settings of a test class. Those without a value here must be given."""

    #: The adapter and the sandbox that answers it.
    adapter: ClassVar[type[Department]]
    sandbox: ClassVar[type[Sandbox]]
    #: A sample of each operation, by the operation's name.
    samples: ClassVar[Mapping[str, Sample]]
    #: The secrets in ``secret_names``, which sandbox and adapter share.
    secrets: ClassVar[Mapping[str, str]] = {}
    #: Secrets of another department, of the same form. A callback signed with them must be refused.
    other_secrets: ClassVar[Mapping[str, str]] = {}
    options: ClassVar[BaseModel] = Options()
    #: Tests that do not apply, by ``code`` or ``code[operation]``, each with the reason.
    skips: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def held_secrets(cls, *, other: bool = False) -> dict[str, SecretStr]:
        """Give the secrets as an adapter gets them."""
        return {name: SecretStr(value) for name, value in ({**cls.secrets, **cls.other_secrets} if other else cls.secrets).items()}

    @classmethod
    def operation(cls, name: str) -> Operation:
        """Give the operation of that name."""
        return cls.adapter.operation(name)

    @classmethod
    def sample(cls, name: str) -> Sample:
        """Give the operation's sample, or end the test when there is none."""
        found = cls.samples.get(name)
        if found is None:
            one = check_of(cls.test_every_operation_has_a_sample)  # type: ignore[attr-defined]  # every suite has it
            fail(one, name, texts.NO_SAMPLE, operation=name)
        return found

    @classmethod
    def request(cls, name: str) -> Request:
        """Give the request of the operation's sample."""
        return cls.sample(name).made(cls.operation(name).request)

    @classmethod
    def expects(cls, name: str) -> str:
        """Give the sandbox's answer to the sample."""
        sample = cls.samples.get(name)
        if sample is not None and sample.expects is not None:
            return sample.expects
        return "accepted" if name in cls.sandbox.deferred else "approved"

    @classmethod
    def acts(cls, name: str) -> bool:
        """Tell whether the sample has an effect at the department."""
        return not cls.operation(name).read_only and cls.expects(name) in {"accepted", "approved"}

    @classmethod
    def operations_for(cls, applies: Applies) -> list[str]:
        """Give the operations that a test is for, by their properties and the adapter's abilities."""
        names = [operation.name for operation in cls.adapter.operations]
        acting = [name for name in names if cls.acts(name)]
        later = [name for name in acting if cls.expects(name) == "accepted"]
        found: dict[Applies, list[str]] = {
            "each": names,
            "acting": acting,
            "safe": [name for name in acting if isinstance(cls.operation(name).resend, Safe)],
            "found": acting if cls.adapter.can_find else [],
            "polled": later if cls.adapter.can_poll else [],
            "called_back": later if cls.adapter.calls_back else [],
            "withdrawn": later if cls.adapter.can_withdraw else [],
        }
        return found[applies]

    @classmethod
    def skipped(cls, check: Check, operation: str | None) -> str | None:
        """Say why a test does not apply, or give None when it does."""
        return cls.skips.get(f"{check.code}[{operation}]") or cls.skips.get(check.code)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test for each of its operations, or a skipped one that says that there is none."""
        if "operation" not in metafunc.fixturenames:
            return
        one = check_of(metafunc.function)
        names = self.operations_for(one.applies)
        none = pytest.param(
            "none", marks=pytest.mark.skip(reason=f"{one.code}: no operation of this adapter is of the kind '{one.applies}'")
        )
        metafunc.parametrize("operation", names or [none])
