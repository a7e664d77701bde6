"""Make ``conformance.md`` from the conformance suite: ``python docs/conformance_page.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from gateway.sdk.conformance import Check, Conformance, checks_in  # noqa: E402  # the path comes first when run as a script
from gateway.sdk.conformance.subject import Subject  # noqa: E402  # as above
from gateway.sdk.demo import WAYS  # noqa: E402  # as above

PAGE = ROOT / "docs" / "conformance.md"

_HEAD = """\
# What every adapter must hold to · 适配器一致性测试

<!-- Made by docs/conformance_page.py from gateway/sdk/conformance: change that and run `make docs`. -->

{count} tests that an adapter inherits. They call it through a proxy that spoils what goes between it and its sandbox, and look at what it
makes of it. A test that fails says what went wrong and what to do; its name leads to its entry here.
适配器继承一个类即得到 {count} 项测试。测试经由会制造故障的代理调用适配器，检查它如何处理。
失败时说明出了什么问题、下一步做什么；按测试名可在本页找到说明。

```
pip install 'onestop-gateway[testing]'
```

```python
from gateway.sdk.conformance import Conformance, Sample
from your_package.fire.adapter import Fire
from your_package.fire.sandbox import FireSandbox


class TestFire(Conformance):
    adapter = Fire
    sandbox = FireSandbox
    secrets = {{"token": "t"}}
    samples = {{"inspect": Sample(request={{"company_name": "测试公司", "uscc": "91500152MA0000007D"}})}}
```

| setting · 设置 | what it is · 含义 |
|---|---|
| `adapter` `sandbox` | the two classes · 适配器类与沙箱类 |
| `samples` | a `Sample` for each operation; use only people who do not exist · 每个操作一个样例，只用虚构人员 |
| `secrets` `options` | as configured; adapter and sandbox get the same · 与配置相同，适配器与沙箱共用 |
| `other_secrets` | another department's, where there are callbacks · 有回调时给出另一部门的密钥 |
| `skips` | tests that cannot apply: `{{"code": "why"}}` or `{{"code[operation]": "why"}}` · 不适用的测试及理由 |

| of a `Sample` · 样例 | what it is · 含义 |
|---|---|
| `request` | needed: what the operation takes, its optional fields too · 必填：操作的请求，可选字段也填上 |
| `other` | a second request about other people, where the people in it are not the usual fake ones · 关于其他人的第二个请求 |
| `personal` | the values that must never show; none: every name and long number in it · 不得出现的内容 |
| `returned_fields` | the department's names of some fields and ours · 部门字段名与本请求字段名的对照 |
| `unlisted_code` | a business code that the contract does not list · 接口约定之外的业务代码 |
| `expects` | `accepted` `approved` `rejected` `returned`: what the sandbox answers · 沙箱的答复 |
| `requests_before` | how many requests go out before the one that acts (a token fetched) · 正式请求之前的请求数（例如取令牌） |
| `sandbox_operation` | its name at the sandbox, where that is another · 沙箱中的操作名（不同时填写） |

Which tests run follows from what the adapter says of itself:
{kinds}.
运行哪些测试由适配器自己的声明决定。

`pytest -p gateway.sdk.conformance.report --conformance-report FILE` writes what was found as JSON, by adapter, test and operation.
上面的命令把结果按适配器、测试和操作写成 JSON。
`--conformance-record` in its place writes a `conformance.json` beside each adapter, on which its tier rests ([quality.md](quality.md)).
换成 `--conformance-record` 则在每个适配器旁边写出 `conformance.json`，评级以它为依据（[quality.md](quality.md)）。

Three departments that ship with the SDK (`gateway.sdk.demo`) show it: one succeeds, one refuses properly, and one is broken on order:
for every test there is a way to break it that the test finds.
随 SDK 提供的三个示例部门（`gateway.sdk.demo`）用来验证：一个成功，一个规范地拒绝，一个可按指定方式出错；每项测试都有它能发现的错误方式。
"""
_KINDS = {
    "once": "once",
    "each": "for each operation",
    "acting": "for each operation that acts",
    "safe": "for each that is `Safe`",
    "found": "where there is `find`",
    "polled": "for each decided later, where there is `poll`",
    "called_back": "for each decided later, where there are callbacks",
    "withdrawn": "for each decided later, where there is `withdraw`",
}


def _entry(one: Check) -> str:
    mistakes = [(name, mistake) for name, mistake in WAYS.items() if one.code in {code for code, _ in mistake.found_by}]
    shown = "".join(f"- 示例错误 · a mistake it finds (`{name}`): {mistake.text.zh} · it {mistake.text.en}\n" for name, mistake in mistakes)
    return (
        f"### {one.code}\n\n{one.asks_zh}\n{one.asks} *({_KINDS[one.applies]})*\n\n"
        f"{shown}- 失败时怎么办：{one.do_zh}\n- What to do when it fails: {one.do}\n\n"
    )


def page() -> str:
    """The page as it should be."""
    lines = [_HEAD.format(count=len(list(checks_in(Conformance))), kinds="; ".join(_KINDS.values()))]
    for topic in reversed([base for base in Conformance.__mro__ if issubclass(base, Subject)]):
        own = [one for one in checks_in(topic) if f"test_{one.code}" in vars(topic)]
        if own:
            name = topic.__name__.removesuffix("Checks")
            lines.append(f"\n## {name}: {(topic.__doc__ or '').splitlines()[0]}\n\n")
            lines += [_entry(one) for one in own]
    return "".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
