"""Tests of an adapter class's description, before anything is called."""

from __future__ import annotations

from gateway.model.errors import AuthFailed
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check, checks_in
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Department
from gateway.sdk.rules import broken_rules


class DescriptionChecks(Subject):
    """The description is complete and true."""

    @check("once")
    async def test_class_keeps_the_rules(self, stage: Stage) -> None:
        if broken := broken_rules(stage.subject.adapter):
            stage.wrong(texts.rules_broken(broken))

    @check("once")
    async def test_every_operation_has_a_sample(self, stage: Stage) -> None:
        subject = stage.subject
        names = {operation.name for operation in subject.adapter.operations}
        codes = {one.code for one in checks_in(subject)}
        if missing := sorted(names - set(subject.samples)):
            stage.wrong(texts.WITHOUT_SAMPLE, operations=missing)
        if unknown := sorted(set(subject.samples) - names):
            stage.wrong(texts.SAMPLES_OF_NONE, operations=unknown)
        for name in names:
            try:
                subject.request(name)
            except ValueError as error:  # pydantic's, whose text may repeat the sample
                stage.wrong(texts.SAMPLE_UNFIT, operation=name, error=type(error).__name__)
        wrong = [skip for skip, why in subject.skips.items() if skip.partition("[")[0] not in codes or not why.strip()]
        if wrong:
            stage.wrong(texts.SKIPS_UNKNOWN, skips=wrong)

    @check("once")
    async def test_probe_has_no_effect_and_sees_wrong_credentials(self, stage: Stage) -> None:
        if type(stage.adapter).probe is Department.probe:
            stage.wrong(texts.NO_PROBE)
        before = len(stage.backend.sandbox.ledger.effects)
        end = await stage.end_of(stage.adapter.probe)
        if end is not None:
            stage.wrong(texts.PROBE_FAILED, end=said(end))
        if not stage.proxy.seen:
            stage.wrong(texts.PROBE_SENDS_NOTHING)
        await stage.fault("unauthorized")
        stage.judged(AuthFailed, await stage.end_of(stage.adapter.probe), texts.PROBE_REFUSED)
        if len(stage.backend.sandbox.ledger.effects) != before:
            stage.wrong(texts.PROBE_HAS_AN_EFFECT)
