"""The formats and ``x-`` words that stand in the document, in forms and in queries, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text

FORMATS: Final[Mapping[str, Text]] = {
    "cn-id-number": Text(
        zh="公民身份号码（GB 11643）：17 位数字加 1 位数字或大写字母 X；出生日期须存在且不晚于今天，校验码须正确",
        en="ID number (GB 11643): 17 digits and a digit or an upper-case X; a day of birth that exists and is not after today, "
        "the right check digit",
    ),
    "cn-mobile": Text(
        zh="中国内地手机号码：11 位数字，以 1 开头，不带国家代码", en="mobile number of mainland China: 11 digits, no country code"
    ),
    "cn-resident-number": Text(
        zh="外国人永久居留身份证号码：18 位，以 9 开头，出生日期和校验码须正确；2017 版为 3 位大写字母加 12 位数字",
        en="number of a foreigner's permanent residence card: 18 characters that begin with 9, with a right date of birth and check digit; "
        "on cards of 2017 3 upper-case letters and 12 digits",
    ),
    "cn-unit-number": Text(
        zh="不动产单元号：28 位，12 位数字、2 位大写字母、5 位数字、1 位大写字母、8 位数字",
        en="real-estate unit number (不动产单元号): 28 characters, 12 digits, 2 upper-case letters, 5 digits, a letter, 8 digits",
    ),
    "cn-uscc": Text(
        zh="统一社会信用代码（GB 32100）：18 位数字或大写字母（无 I、O、S、V、Z），校验码须正确",
        en="unified social credit code (GB 32100): 18 digits or upper-case letters (no I, O, S, V, Z), the right check character",
    ),
    "cn-uscc-legacy": Text(
        zh="同 cn-uscc，但校验码不符也接受，并给出警告：2016 年前发放的代码中有这样的",
        en="as cn-uscc; a wrong check character is taken with a warning, since some codes issued before 2016 have one",
    ),
    "date": Text(zh="实际存在的日期，YYYY-MM-DD", en="a day of the calendar, YYYY-MM-DD"),
    "date-time": Text(zh="RFC 3339 时间，带时区偏移", en="RFC 3339, with an offset"),
    "json-pointer": Text(zh="RFC 6901 指针；空串指整体", en="RFC 6901; empty: the whole"),
    "uuid": Text(zh="RFC 9562，小写", en="RFC 9562, lower case"),
}

WORDS: Final[Mapping[str, Text]] = {
    "x-hint-en": Text(zh="`pattern` 的英文说明", en="what `pattern` asks for, in English"),
    "x-hint-zh": Text(zh="`pattern` 的中文说明", en="what `pattern` asks for, in Chinese"),
    "x-options": Text(zh="`enum` 各取值的中英文名称", en="what each value of `enum` is called, in both languages"),
    "x-roles": Text(zh="可以调用的角色；为空则无须密钥", en="the roles that may call it; none: it needs no key"),
    "x-text": Text(
        zh="`free`：允许换行的多行文本；没有此词的文本只有一行", en="`free`: a text in which line breaks are meant; any other is one line"
    ),
    "x-title-en": Text(zh="英文名称；`title` 是中文名称", en="the field's name in English; `title` is in Chinese"),
    "x-unit": Text(zh="`CNY`：金额，单位为元；页面另以大写显示", en="`CNY`: an amount in yuan, which pages say in words as well (大写)"),
}
