"""Every Chinese text of the gateway has Chinese punctuation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.punctuation import files, mend_python, mended, wrong

ROOT = Path(__file__).parents[2]


def test_between_chinese_characters_stands_chinese_punctuation() -> None:
    found = {str(path.relative_to(ROOT)): lines for path in files(ROOT) if (lines := wrong(path))}
    assert found == {}


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("已挂起,需要人工处理(resolve),见 errors;再送(retry)", "已挂起，需要人工处理（resolve），见 errors；再送（retry）"),
        ("办件 {number}({service}):{state}", "办件 {number}（{service}）：{state}"),
        ("自 {since} 起, 每 {n} 秒; 恢复后:", "自 {since} 起，每 {n} 秒；恢复后："),
        ("应为 11 位手机号码: must have 11 digits (GB 11643)", "应为 11 位手机号码：must have 11 digits (GB 11643)"),
        ("运行 gateway check --live,见 {file}:{line}", "运行 gateway check --live,见 {file}:{line}".replace(",见", "，见")),
        ("填 length(data.a) 或 f(x)", "填 length(data.a) 或 f(x)"),
        ("读成 Callback(id=…, key=…)，然后 gateway(网关)", "读成 Callback(id=…, key=…)，然后 gateway（网关）"),
        ("No Chinese, at all (none)", "No Chinese, at all (none)"),
        ("地址 http://127.0.0.1:8080/a?b", "地址 http://127.0.0.1:8080/a?b"),
    ],
)
def test_what_is_mended_and_what_is_left(written: str, right: str) -> None:
    assert mended(written) == right
    assert mended(right) == right


def test_a_module_is_mended_in_its_texts_alone() -> None:
    source = 'import re\nA = {"键": 1, "值": (2)}  # 注释,不改\nB = re.compile("请(?!求)")\nC = f"共 {len(A)} 条,存疑(见下)"\n'
    assert mend_python(source) == source.replace("条,存疑(见下)", "条，存疑（见下）")
