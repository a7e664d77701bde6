"""The whole suite, as one class for a test class to inherit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check_of
from gateway.sdk.conformance.checks.asked import AskedChecks
from gateway.sdk.conformance.checks.deciding import CallbacksChecks, DecidingChecks
from gateway.sdk.conformance.checks.description import DescriptionChecks
from gateway.sdk.conformance.checks.outcomes import OutcomesChecks
from gateway.sdk.conformance.checks.privacy import PrivacyChecks
from gateway.sdk.conformance.checks.replies import DeadlinesChecks, RefusalsChecks, RepliesChecks
from gateway.sdk.conformance.checks.sending import RepeatsChecks, SendingChecks
from gateway.sdk.conformance.checks.tidiness import TidinessChecks
from gateway.sdk.conformance.equipment.backend import Backend
from gateway.sdk.conformance.equipment.stage import Stage, said


class Conformance(
    CallbacksChecks,
    DecidingChecks,
    PrivacyChecks,
    TidinessChecks,
    DeadlinesChecks,
    RepliesChecks,
    RefusalsChecks,
    RepeatsChecks,
    SendingChecks,
    AskedChecks,
    OutcomesChecks,
    DescriptionChecks,
):
    """The base of a test class, which gives ``adapter``, ``sandbox`` and ``samples`` (:class:`gateway.sdk.conformance.subject.Subject`)."""

    pytestmark = pytest.mark.asyncio

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
        """Set up the department's side, once for all tests of the class."""
        backend = Backend(cls.sandbox, tmp_path_factory.mktemp("department"), cls.held_secrets(), cls.options)
        backend.start()
        yield backend
        backend.stop()

    @pytest_asyncio.fixture
    async def stage(self, request: pytest.FixtureRequest, backend: Backend) -> AsyncIterator[Stage]:
        """Open the adapter in front of an honest department."""
        subject, one = request.cls, check_of(request.function)
        operation = request.getfixturevalue("operation") if "operation" in request.fixturenames else None
        if (reason := subject.skipped(one, operation)) is not None:
            pytest.skip(f"{one.code}: {reason}")
        await backend.begin()
        try:
            stage = Stage(subject, backend, one, operation)
            if (opened := await stage.end_of(stage.adapter.open)) is not None:
                stage.wrong(texts.NOT_OPENED, end=said(opened))
            yield stage
            await stage.adapter.close()
        finally:
            await backend.end()
