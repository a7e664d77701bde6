"""Make ``metrics.md`` from the table of metrics: ``python docs/metrics_page.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from gateway.telemetry.measures import MEASURES, Measure, Scope  # noqa: E402  # the path comes first when run as a script

PAGE = ROOT / "docs" / "metrics.md"

_HEAD = """\
# Metrics · 指标

<!-- Made by docs/metrics_page.py from gateway/telemetry/measures.py: change that and run `make docs`. -->

`GET /metrics` in Prometheus' text format ([operations.md](operations.md) says who may). Example alarms:
[examples/prometheus/alerts.yml](examples/prometheus/alerts.yml). A dashboard for Grafana, for which a data source is chosen:
[examples/grafana/onestop-gateway.json](examples/grafana/onestop-gateway.json).
The gateway itself keeps figures by the hour for 90 days ([operations.md](operations.md#figures-and-the-days-digest--数字与每日简报)).
以 Prometheus 文本格式给出；告警规则和 Grafana 看板示例见上；
90 天内逐小时的数字由网关自己保存。

Every sample has a label `scope` · 每个样本都带标签 `scope`:

| scope | is · 是 | over several nodes · 多个节点时 |
|---|---|---|
| `node` | what this process has done since its start · 本进程启动以来所做的 | `sum` of them · 求和 |
| `journal` | what the whole journal holds, the same from every node · 整个账本的状况，各节点相同 | one of them: `max` · 取其一：`max` |

- What is of the journal is counted along indexes when it is scraped; of a long journal a count is used again for twenty times as long
  as it took, so that counting stays below a twentieth of one reader's time. While the journal cannot be read nothing of it is told,
  and `gateway_journal_up` is 0.
  账本的数目在抓取时沿索引清点；账本很大时，一次清点的结果会沿用所花时间的二十倍。账本不可读时不给出，`gateway_journal_up` 为 0。
- `gateway_key_seconds_left` is looked at once a minute. Keys that have ended, were revoked or have a successor are left out; a role
  without any other that ends is not told.
  `gateway_key_seconds_left` 每分钟查看一次，不计已到期、已作废和已有接替者的密钥；某角色再无会到期的密钥时不给出。
- Labels are names from the configuration and words of ours; nothing personal. There are no `_created` series.
  标签只有配置中的名称和固定的代码，不含个人信息；没有 `_created` 序列。

"""


def page() -> str:
    """The page as it should be."""
    lines = [_HEAD]
    for scope, title in (("journal", "Of the whole journal · 整个账本"), ("node", "Of one node · 单个节点")):
        lines.append(f"## {title}\n\n| metric · 指标 | type · 类型 | labels · 标签 | is · 含义 |\n|---|---|---|---|\n")
        lines += [_row(name, measure) for name, measure in sorted(_of(scope).items())]
        lines.append("\n")
    return "".join(lines).rstrip("\n") + "\n"


def _of(scope: str) -> dict[str, Measure]:
    wanted: Scope = "journal" if scope == "journal" else "node"
    return {name: measure for name, measure in MEASURES.items() if measure.scope == wanted}


def _row(name: str, measure: Measure) -> str:
    labels = " ".join(f"`{label}`" for label in measure.labels)
    return f"| `{name}` | {measure.kind} | {labels} | {measure.en.rstrip('.')} · {measure.zh} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
