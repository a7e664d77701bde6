"""Make ``logs.md`` from the table of events and from the code that logs them: ``python docs/logs_page.py``."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from gateway.telemetry.events import EVENTS, STANDARD  # noqa: E402  # the path comes first when run as a script

PAGE = ROOT / "docs" / "logs.md"
_LEVELS = {"debug": "DEBUG", "info": "INFO", "warning": "WARN", "error": "ERROR", "exception": "ERROR", "critical": "CRITICAL"}
_LOGGERS = frozenset({"log", "logger"})

_HEAD = """\
# Logs · 日志

<!-- Made by docs/logs_page.py from gateway/telemetry/events.py: change that and run `make docs`. -->

One line an event on standard output: JSON in service, coloured in a terminal (`GATEWAY_LOG_FORMAT=json|console`,
`GATEWAY_LOG_LEVEL=debug|info|warning|error`). 一行一个事件,写到标准输出:服务中为 JSON,终端中为彩色文本。

- On the same output `gateway serve` says in plain lines where everything is (`pages …`, `documents …`, `data …`, `signed heads …`), and
  with `--sandbox` its sandboxes and **keys for local use** (`operator key …`): let a reader of JSON pass over lines that do not begin with
  `{`, and keep what `--sandbox` prints out of a shared log.
  `gateway serve` 启动时另在标准输出写几行普通文本（地址与各目录）；带 `--sandbox` 时还有沙箱地址和**本机用密钥**：
  按 JSON 读取时请跳过不以 `{` 开头的行，也不要把带 `--sandbox` 的输出收入共用日志。
- The event's name is fixed; a field that is not listed here never reaches a line.
  事件名固定;此处未列出的字段不会写入日志。
- No personal data: whatever looks like an ID, mobile or account number is shown as `***`.
  不含个人信息:形似证件号、手机号、账号的数字一律显示为 `***`。
- A line of a case carries `application` and `trace_id`, and where there is one `delivery`, `department`, `attempt`.
  每条与办件有关的日志都带 `application` 与 `trace_id`,有交办时另带 `delivery`、`department`、`attempt`。
- A department that goes down is one line (`department_down`, or `department_stopped` when it refused our credentials),
  and one when it is back. 部门中断只记一行,恢复再记一行。
- `request_answered` is the access log: one line for each request with a key or over this machine's socket, at INFO; refused ones are
  `access_refused`. `key` is the key's id (`gateway key list` says whose), never the key; `id` the application, delivery, job or key in its
  path. `actor` is who acts, as in the audit: `caller:` and a key's id, or `operator:` and the user that the kernel names,
  `operator:root(sudo:li)` where sudo says for whom.
  `request_answered` 即访问日志：每个凭密钥或经本机套接字的请求一行；被拒绝的为 `access_refused`。`key` 为密钥的标识，不是密钥本身
  （`gateway key list` 可查）；`id` 为路径中的办件、交办、任务或密钥；`actor` 与审计一致：`caller:` 加密钥标识，或 `operator:` 加内核给出的
  用户名（经 sudo 时另附其声称的用户）。
- `address` is where a request came from, as `trusted_proxies` yields it: an IPv4 address, of IPv6 the /64. Service centres' systems call,
  not citizens; still an address, and a user's name, is personal data of whoever sits there: keep the log as long as security needs it and
  no longer, and let no address of a citizen's own device reach the gateway (a front end calls with its own).
  `address` 为请求来源（按 `trusted_proxies` 判定；IPv6 只记 /64）。来源是窗口系统而非群众；但地址和用户名仍可能指向工作人员，
  按安全所需期限留存，不得更久。
- A sink that blocks or fills costs lines, never work: they are counted in `gateway_log_lines_dropped_total`.
  日志出口阻塞或写满时丢弃日志行并计数,不影响办件。
- Libraries' own warnings come through as lines with the field `logger`. 第三方库的警告带 `logger` 字段。

## On every line · 每行都有

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One place in the code that logs. ``event`` is None when its name is no literal, ``fields`` when they cannot be told."""

    place: str
    event: str | None
    levels: frozenset[str]
    fields: frozenset[str] | None


@cache
def logged(root: Path = ROOT) -> Sequence[Logged]:
    """Find every call in ``gateway`` and ``plugins`` that logs, by reading their syntax."""
    return [one for package in ("gateway", "plugins") for path in sorted((root / package).rglob("*.py")) for one in _in_file(path, root)]


def _in_file(path: Path, root: Path) -> Iterator[Logged]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    aliases: dict[str, set[str]] = defaultdict(set)  # say = log.warning if … else log.info
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not isinstance(node.value, ast.Call):
            aliases[node.targets[0].id] |= {level for part in ast.walk(node.value) if (level := _level(part)) is not None}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        level = _level(node.func)
        levels = {level} if level else aliases.get(node.func.id, set()) if isinstance(node.func, ast.Name) else set()
        if not levels:
            continue
        first = node.args[0] if node.args else None
        names = [keyword.arg for keyword in node.keywords]
        yield Logged(
            place=f"{path.relative_to(root)}:{node.lineno}",
            event=first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None,
            levels=frozenset(levels),
            fields=None if len(node.args) > 1 or None in names else frozenset(name for name in names if name),
        )


def _level(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _LOGGERS:
        return _LEVELS.get(node.attr)
    return None


def page() -> str:
    """The page as it should be."""
    levels: dict[str, set[str]] = defaultdict(set)
    for one in logged():
        if one.event is not None:
            levels[one.event] |= one.levels
    standard = {
        "timestamp": "RFC 3339, UTC",
        "severity_text": "DEBUG · INFO · WARN · ERROR",
        "event": "one of the names below · 下表中的事件名",
        "service.name": "onestop-gateway",
        "trace_id": "W3C Trace Context, where there is one · 有则记录",
        "span_id": "as above · 同上",
        "logger": "the library that said it · 第三方库名",
        "exception": "type and places of an error, never its text · 异常类型与位置,不含其文本",
        "error": "the type or cause of an error · 错误类型或原因",
    }
    lines = [_HEAD, "| field · 字段 | value · 值 |\n|---|---|\n"]
    lines += [f"| `{name}` | {standard.get(name, '')} |\n" for name in sorted(STANDARD, key=list(standard).index)]
    lines.append("\n## Events · 事件\n\n| event · 事件 | level · 级别 | meaning · 含义 | fields · 字段 |\n|---|---|---|---|\n")
    for name, event in sorted(EVENTS.items()):
        fields = " ".join(f"`{field}`" for field in event.fields)
        lines.append(f"| `{name}` | {' '.join(sorted(levels[name]))} | {event.en} · {event.zh} | {fields} |\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
