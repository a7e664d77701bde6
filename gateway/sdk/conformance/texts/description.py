"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.description`."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

CLASS_KEEPS_THE_RULES = Demand(
    zh="适配器类符合网关加载时检查的全部规则。",
    en="The class keeps all rules that the gateway checks before it hosts an adapter.",
    do_zh="按指出的问题修改；docs/adapters/README.md 中有符合规则的示例。",
    do="correct what is named; docs/adapters/README.md shows a class that keeps the rules.",
)
EVERY_OPERATION_HAS_A_SAMPLE = Demand(
    zh="每个操作都有一个样例，样例符合该操作的请求模型；跳过的测试都存在并说明了理由。",
    en="Each operation has a sample that fits its request model, and every skipped test exists and says why.",
    do_zh="在 samples 中为每个操作给出 Sample，并更正 samples、skips 中的名称。",
    do="give `samples` a Sample for each operation and correct the names in `samples` and `skips`.",
)
PROBE_HAS_NO_EFFECT_AND_SEES_WRONG_CREDENTIALS = Demand(
    zh="probe() 在一切正常时什么也不抛出，不产生任何办理结果；凭据被拒绝时抛出 AuthFailed。",
    en="probe() raises nothing when all is well, has no effect, and raises AuthFailed when the credentials are refused.",
    do_zh="让 probe() 调用一个不产生效果、又能看出凭据是否被接受的接口。",
    do="let probe() call something that changes nothing and shows whether the credentials are taken.",
)

NO_PROBE = Text(zh="适配器没有 probe()。", en="the adapter has no probe().")
PROBE_SENDS_NOTHING = Text(zh="probe() 没有联系部门的系统。", en="probe() did not reach the department's system.")
CREDENTIALS_REFUSED = Text(zh="凭据被拒绝", en="the credentials were refused")
PROBE_HAS_AN_EFFECT = Text(zh="probe() 在部门产生了办理结果。", en="probe() had an effect at the department.")
WITHOUT_SAMPLE = Text(zh="没有样例的操作：{operations}。", en="operations without a sample: {operations}.")
SAMPLES_OF_NONE = Text(zh="样例所指的操作不存在：{operations}。", en="samples of no operation: {operations}.")
SAMPLE_UNFIT = Text(
    zh="操作 {operation} 的样例不符合请求模型（{error}）。", en="the sample of {operation} does not fit its request model ({error})."
)
PROBE_FAILED = Text(zh="一切正常，probe() 却得到 {end}。", en="all is well, but probe() ended with {end}.")
SKIPS_UNKNOWN = Text(zh="skips 中不存在或没有理由的测试：{skips}。", en="skipped tests unknown or without a reason: {skips}.")


def rules_broken(rules: Iterable[str]) -> Text:
    return Text(zh=f"适配器类不符合规则：{'；'.join(rules)}。", en=f"the class breaks the rules: {'; '.join(rules)}.")
