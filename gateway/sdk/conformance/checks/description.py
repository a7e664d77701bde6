"""Tests of an adapter class's description, before anything is called."""

from __future__ import annotations

from gateway.model.errors import AuthFailed
from gateway.sdk.conformance.check import check, checks_in
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Department
from gateway.sdk.rules import broken_rules


class DescriptionChecks(Subject):
    """The description is complete and true."""

    @check(
        "once",
        "适配器类符合网关加载时检查的全部规则。",
        do="correct what is named; docs/adapters/README.md shows a class that keeps the rules.",
        do_zh="按指出的问题修改；docs/adapters/README.md 中有符合规则的示例。",
    )
    async def test_class_keeps_the_rules(self, stage: Stage) -> None:
        """The class keeps all rules that the gateway checks before it hosts an adapter."""
        if broken := broken_rules(stage.subject.adapter):
            stage.wrong(zh=f"适配器类不符合规则：{'；'.join(broken)}。", en=f"the class breaks the rules: {'; '.join(broken)}.")

    @check(
        "once",
        "每个操作都有一个样例，样例符合该操作的请求模型；跳过的测试都存在并说明了理由。",
        do="give `samples` a Sample for each operation and correct the names in `samples` and `skips`.",
        do_zh="在 samples 中为每个操作给出 Sample，并更正 samples、skips 中的名称。",
    )
    async def test_every_operation_has_a_sample(self, stage: Stage) -> None:
        """Each operation has a sample that fits its request model, and every skipped test exists and says why."""
        subject = stage.subject
        names = {operation.name for operation in subject.adapter.operations}
        codes = {one.code for one in checks_in(subject)}
        if missing := sorted(names - set(subject.samples)):
            stage.wrong(zh=f"没有样例的操作：{'、'.join(missing)}。", en=f"operations without a sample: {', '.join(missing)}.")
        if unknown := sorted(set(subject.samples) - names):
            stage.wrong(zh=f"样例所指的操作不存在：{'、'.join(unknown)}。", en=f"samples of no operation: {', '.join(unknown)}.")
        for name in names:
            try:
                subject.request(name)
            except ValueError as error:  # pydantic's, whose text may repeat the sample
                stage.wrong(
                    zh=f"操作 {name} 的样例不符合请求模型（{type(error).__name__}）。",
                    en=f"the sample of {name} does not fit its request model ({type(error).__name__}).",
                )
        wrong = [skip for skip, why in subject.skips.items() if skip.partition("[")[0] not in codes or not why.strip()]
        if wrong:
            stage.wrong(
                zh=f"skips 中不存在或没有理由的测试：{'、'.join(wrong)}。",
                en=f"skipped tests unknown or without a reason: {', '.join(wrong)}.",
            )

    @check(
        "once",
        "probe() 在一切正常时什么也不抛出，不产生任何办理结果；凭据被拒绝时抛出 AuthFailed。",
        do="let probe() call something that changes nothing and shows whether the credentials are taken.",
        do_zh="让 probe() 调用一个不产生效果、又能看出凭据是否被接受的接口。",
    )
    async def test_probe_has_no_effect_and_sees_wrong_credentials(self, stage: Stage) -> None:
        """probe() raises nothing when all is well, has no effect, and raises AuthFailed when the credentials are refused."""
        if type(stage.adapter).probe is Department.probe:
            stage.wrong(zh="适配器没有 probe()。", en="the adapter has no probe().")
        before = len(stage.backend.sandbox.ledger.effects)
        end = await stage.end_of(stage.adapter.probe)
        if end is not None:
            stage.wrong(zh=f"一切正常，probe() 却得到 {said(end)}。", en=f"all is well, but probe() ended with {said(end)}.")
        if not stage.proxy.seen:
            stage.wrong(zh="probe() 没有联系部门的系统。", en="probe() did not reach the department's system.")
        await stage.fault("unauthorized")
        stage.judged(AuthFailed, await stage.end_of(stage.adapter.probe), zh="凭据被拒绝", en="the credentials were refused")
        if len(stage.backend.sandbox.ledger.effects) != before:
            stage.wrong(zh="probe() 在部门产生了办理结果。", en="probe() had an effect at the department.")
