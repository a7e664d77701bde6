"""Amounts of money as a person reads them twice: 人民币大写 as banks write it, and digits in groups of three."""

from __future__ import annotations

import re
from typing import Final

from gateway.model.service import Text

_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,2}))?")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_UNITS: Final = ((10**8, "亿"), (10**4, "万"))


def said_amount(text: str) -> Text | None:
    """Say an amount in yuan, or give None where the text is none: below 10¹⁶, with at most two decimals."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    yuan, cents = int(found[1]), (found[2] or "").ljust(2, "0")
    return Text(zh=in_capitals(yuan * 100 + int(cents)), en=f"{yuan:,}.{cents} yuan")


def in_capitals(cents: int) -> str:
    """Give an amount in 人民币大写 by the rules of banks (支付结算办法): zeros between digits once, 整 where no 分 follow."""
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"{whole or '零元'}整"
    tenth = f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return whole + tenth + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    for unit, word in _UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            return _whole(high) + word + ("零" if 0 < low < unit // 10 else "") + (_whole(low) if low else "")
    return _four(number)


def _four(number: int) -> str:
    said = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if said and number // 10 ** (place + 1) % 10 == 0 else "") + _DIGITS[digit] + _PLACES[place]
    return said
