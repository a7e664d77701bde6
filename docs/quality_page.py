"""Make ``quality.md`` from the rules of quality: ``python docs/quality_page.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from gateway.sdk.quality import RULES, QualityRule, Tier, checks  # noqa: E402  # the path comes first when run as a script
from gateway.sdk.quality.home import RENEW  # noqa: E402  # as above
from gateway.sdk.quality.scale import TIERS  # noqa: E402  # as above

PAGE = ROOT / "docs" / "quality.md"

_HEAD = """\
# How far an adapter is · 适配器评级

<!-- Made by docs/quality_page.py from gateway/sdk/quality/scale.py: change that and run `make docs`. -->

`quality.yaml` in an adapter's package says which tier it claims and, of every rule, whether it is done. What a machine can verify is
verified: the tier shown in `gateway departments` and `GET /v1/departments` is the one that is reached, and `gateway check` refuses every
claim that is not true, with file and line. An adapter without the file has no tier.
适配器包中的 `quality.yaml` 说明它声明的等级，以及每条规则是否做到。机器能核实的都会核实：`gateway departments` 与
`GET /v1/departments` 显示的是实际达到的等级；`gateway check` 逐条指出不属实的声明（文件与行号）。没有该文件的适配器未评级。

```yaml
tier: silver              # what is claimed: none, bronze, silver or gold · 声明的等级
rules:                    # every rule, once · 每条规则都要写
  contract: done
  probe: todo
  find:
    status: exempt        # needs a reason · 必须说明理由
    reason: a repeated key gives the first receipt, so nothing has to be asked
  real-system:
    status: done          # where a machine cannot tell: say what shows it · 机器无法核实时给出依据
    evidence: 2026-11-02, the bureau's test system, 40 cases; protocol in the project's folder
```

- `done`: it is so. `todo`: not yet; counts as lacking, and is no lie. `exempt`: it does not apply, for the reason given.
  `done` 已做到；`todo` 尚未做到，不算失实；`exempt` 不适用，须说明理由。
- A tier is reached when every rule of it and of the tiers before it is done or exempt, as far as that holds.
  某一等级及其以下各等级的规则全部做到或豁免且属实，即达到该等级。
- Reasons and evidence are shipped with the adapter: they name no person. 理由和依据随适配器分发，不得写入个人信息。

Most of it rests on `conformance.json` beside `quality.yaml`: what the [conformance suite](conformance.md) found, written by

```
{renew}
```

in the project whose tests inherit `Conformance` (here: `make conformance`). It holds adapter, version, a digest of the package's
Python files, its `contract/` and its `samples/`, and how each test ended; no time and no request. Once one of those files changes it is
out of date, until the tests are run again. A run of some tests alone writes nothing. Commit it, and ship it in the wheel with
`quality.yaml` and those folders.
多数规则以 `quality.yaml` 旁边的 `conformance.json` 为依据，由上面的命令写出：内容为适配器、版本、源码与接口文件、样例的摘要，
以及每项测试的结果；源码改动后即告过期，须重新运行。只运行部分测试时不写。请提交该文件，并与 `quality.yaml`、上述目录一起打包。
"""


def _verified(rule: QualityRule) -> str:
    """How a rule is verified, in both languages."""
    parts = [f"{rule.how.en} · {rule.how.zh}"] if rule.how else []
    if rule.tests:
        parts.append(", ".join(f"[`{code}`](conformance.md#{code})" for code in rule.tests))
    if rule.evidence:
        parts.append("a machine cannot tell: `evidence` is asked for · 机器无法核实，须给出 `evidence`")
    return "; ".join(parts)


def _exempt(rule: QualityRule) -> str:
    """Who may be exempt; a reason is always asked for."""
    if rule.exempt is None:
        return "nobody · 不可"
    if rule.exempt is checks.freely:
        return "who says why · 说明理由即可"
    if rule.exempt is checks.needs_no_secret:
        return "who asks for no secret · 不需要任何密钥时"
    return "who does not offer it, as the class says · 类声明不提供时"


def page() -> str:
    """The page as it should be."""
    lines = [_HEAD.format(renew=RENEW)]
    for place, tier in enumerate(list(Tier)[1:]):
        lines.append(f"\n## {tier.value}: {TIERS[tier].en} {TIERS[tier].zh}\n\n")
        if place:
            lines.append("What the tiers before it ask, and · 除以上各项外：\n\n")
        lines.append("| rule · 规则 | asks · 要求 | verified by · 核实方式 | exempt · 豁免 |\n|---|---|---|---|\n")
        lines += [
            f"| `{rule.name}` | {rule.asks.en} {rule.asks.zh} | {_verified(rule)} | {_exempt(rule)} |\n"
            for rule in RULES
            if rule.tier is tier
        ]
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
