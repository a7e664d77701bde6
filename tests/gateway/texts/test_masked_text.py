"""A case's own values are masked in a text however a department writes them; what is nobody's stays readable."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.identifiers import mask_id_number, mask_mobile, mask_name
from gateway.texts.masked_text import masked_text, values_of

ID, MOBILE = "500152199001010018", "13800138000"
FORM = {
    "applicant": {"name": "王小明", "id_type": "111", "id_number": ID, "mobile": MOBILE, "address": "浙江省杭州市西湖区文三路1号3栋502室"},
    "data": {
        "price": "1200000.00",
        "rooms": 5,
        "sex": "女",
        "latin_name": "Li Xiaoming",
        "other": "买买提·艾力",
        "kept": True,
        "year": 1987,
    },
}


def show(name: str) -> Callable[[str], str]:
    return {"name": mask_name, "mobile": mask_mobile, "id_number": mask_id_number}.get(name, lambda value: value)


def masked(text: str) -> str:
    return masked_text(text, [(value, show(name)) for value, name in values_of(FORM)])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"申请人王小明（{ID}）不存在", "申请人王**（5****************8）不存在"),
        ("申请人 王 小 明，证件 ５００１５２１９９００１０１００１８ 无效", "申请人 王**，证件 5****************8 无效"),
        ("小明先生，尾号0018，生于1990年1月1日（19900101，1990/01/01）", "**先生，尾号****，生于*********（********，********）"),
        ("电话+86 138-0013-8000，尾号 8000", "电话+86 138****8000，尾号 ****"),
        ("旧证号500152900101001", "旧证号***************"),
        ("价款1,200,000元或120万元超限", "价款*******元或****元超限"),
        ("文三路1号无此户，西湖区已查", "*****无此户，西湖区已查"),
        ("LI XIAOMING; xiaoming, li", "**********; ********, **"),
        ("买买提艾力、艾力", "*****、**"),
        ("性别女，5 间，1987 年", "性别*，* 间，**** 年"),
        ("第15行：ORA-00955，证件类型 111，2026-11-23 09:30:05", "第15行：ORA-00955，证件类型 111，2026-11-23 09:30:05"),
        ("第三人 999999199001010016、１３９１２３４５６７８", "第三人 9****************6、１３９****５６７８"),
        ("系统繁忙，请稍后再试", "系统繁忙，请稍后再试"),
    ],
)
def test_whatever_form_a_value_comes_back_in_it_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


STRANGER, ACCOUNT, OTHER_MOBILE = "999999199001010016", "6222021234567890123", "13912345678"
BESIDE = ["", "号", "不", "，", "（", ":", " ", "_", "a", "Z", "é", "\n", "／", "Ａ", "-"]


@pytest.mark.parametrize("after", BESIDE)
@pytest.mark.parametrize("before", BESIDE)
def test_anybodys_number_is_masked_whatever_stands_beside_it(before: str, after: str) -> None:
    for number, shown in (
        (STRANGER, "9****************6"),
        ("11010119900307453X", "1****************X"),
        ("110101900101123", "1*************3"),
        (ACCOUNT, "6*****************3"),
        (OTHER_MOBILE, "139****5678"),
        ("8613912345678", "861******5678"),
    ):
        assert masked(f"{before}{number}{after}") == f"{before}{shown}{after}"
    wide = "".join(chr(ord(one) + 0xFEE0) for one in STRANGER)
    assert masked(f"{before}{wide}{after}") == f"{before}９****************６{after}"


NO_DIGITS = st.text(max_size=10).filter(lambda text: not any(map(str.isdecimal, text)))


@given(
    before=NO_DIGITS,
    after=NO_DIGITS.filter(lambda text: text[:1] not in set("xXｘＸ")),
    number=st.from_regex(r"[1-9][0-9]{14,40}", fullmatch=True),
)
def test_no_long_number_is_left_in_a_text(before: str, after: str, number: str) -> None:
    assert masked_text(before + number + after, []) == before + mask_id_number(number) + after


@pytest.mark.parametrize("known", [STRANGER[:10], STRANGER[4:12], STRANGER[8:], "号" + STRANGER[:9], STRANGER[9:] + "无"])
def test_a_value_of_the_case_never_cuts_anothers_number(known: str) -> None:
    for text in (f"证件号{STRANGER}无效", f"证件号 {STRANGER[:6]} {STRANGER[6:14]} {STRANGER[14:]}无效"):
        told = masked_text(text, [(known, lambda _: "")])
        assert sum(map(str.isdigit, told)) <= 2, told


def test_a_reference_of_the_case_stays_in_the_clear_and_saves_no_value() -> None:
    known = [("JT0000170", mask_id_number), (ID, mask_id_number), ("CRJ20261129-000170", None), (ID[:12], None)]
    assert masked_text("在，编号CRJ20261129-000170", known) == "在，编号CRJ20261129-000170"
    assert masked_text(f"在，编号{ID}", known) == "在，编号5****************8"


VALUES = st.text(st.sampled_from("王小明李雷文三路号室ABcdé0123456789·-/ "), min_size=1, max_size=30).filter(
    lambda value: any(map(str.isalnum, value))
)


AROUND = st.text("错误的，。：（） \n", max_size=10)


@given(value=VALUES, before=AROUND, after=AROUND, spaced=st.booleans(), wide=st.booleans())
def test_no_value_is_left_in_a_text(value: str, before: str, after: str, *, spaced: bool, wide: bool) -> None:
    def plain(text: str) -> str:
        return "".join(one for one in unicodedata.normalize("NFKD", text).casefold() if one.isalnum())

    written = "".join(chr(ord(one) + 0xFEE0) if wide and one.isascii() and one.isalnum() else one for one in value)
    told = masked_text(before + (" ".join(written) if spaced else written) + after, [(value, lambda _: "")])
    assert plain(value) not in plain(told)


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))
def test_any_text_can_be_masked(text: str, values: list[str]) -> None:
    assert isinstance(masked_text(text, [(value, lambda _: "") for value in values]), str)
