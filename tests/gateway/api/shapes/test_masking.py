"""Personal data as an operator sees it."""

from __future__ import annotations

from gateway.api.shapes.masking import masked, masked_sentence
from tests.gateway.api.sample_cases import FORM


def test_values_are_masked_by_what_they_stand_under_and_plain_ones_kept() -> None:
    given = {
        "name": "张三",
        "spouse_name": "司马相如",
        "mobile": "13800138000",
        "id_type": "111",
        "id_number": "500152199001010018",
        "married_on": "2026-11-23",
        "price": "1200000.00",
        "delivery": "pick_up",
        "kept": True,
        "area": 88.5,
        "address": "某区某路一号",
        "employees": [{"name": "李四"}],
        "none": None,
        "empty": "",
    }
    assert masked(given) == {
        "name": "张*",
        "spouse_name": "司马**",
        "mobile": "138****8000",
        "id_type": "111",
        "id_number": "5****************8",
        "married_on": "2026-11-23",
        "price": "1200000.00",
        "delivery": "pick_up",
        "kept": True,
        "area": 88.5,
        "address": "某****号",
        "employees": [{"name": "李*"}],
        "none": None,
        "empty": "",
    }


def test_a_sentence_loses_numbers_and_whatever_the_form_holds() -> None:
    text = "欧阳明 500152199001010018,电话 13800138000,配偶李丽;另有 999999199001010016、110101900101123"
    assert masked_sentence(text, FORM) == "欧阳* 5****************8,电话 138****8000,配偶李*;另有 9****************6、1*************3"
    assert masked_sentence(None, FORM) is None
    assert masked_sentence("代码 31", None) == "代码 31"
