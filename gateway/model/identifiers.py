"""Numbers that name people, companies, homes and cases: checking, masking and making them.

ID numbers follow GB 11643-1999, unified social credit codes GB 32100-2015, numbers of foreigners' permanent residence cards the
National Immigration Administration's rules of 2017 and 2023. The area code of an ID number is not judged: area codes come and go,
and people keep the number they were given.
"""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from operator import mul

import uuid_utils
from stdnum.cn import uscc

#: China has one zone and no summer time (since 1991), so a fixed offset needs no zone database.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
#: Since 2023 the number of a permanent residence card is made like an ID number and begins with 9, which no citizen's does. 999999 is
#: left to samples and tests: neither a province 99 nor a country 999 is ever assigned.
_RESIDENT = re.compile(r"9(?!99999)[0-9]{16}[0-9X]")
_RESIDENT_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
#: The registering authority (1 to 9, A: the military, N: agriculture, Y: others), its kind of body (a digit of a growing list), the area,
#: the body's own nine characters and the check character.
_USCC = re.compile(r"[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_UNIT_NUMBER = re.compile(r"[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_ZERO = ord("0") * sum(_ID_WEIGHTS)
_ID_CHECK_DIGITS = "10X98765432"
_FIRST_BIRTH_YEAR = 1850
_COMPOUND_SURNAME = re.compile("欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|夏侯|司徒|端木|独孤|南宫|申屠|澹台")


class IdProblem(StrEnum):
    """A fault of an ID number."""

    SHAPE = "shape"  # not 17 digits and a digit or an upper-case X
    DATE = "date"  # no such day, or before 1850
    FUTURE = "future"  # born after today
    CHECK_DIGIT = "check_digit"
    RESIDENT = "resident"  # that of a foreigner's permanent residence card


def id_number_problem(number: str, today: date | None = None) -> IdProblem | None:
    """Say what is wrong with an 18-character ID number (GB 11643), or None when it can be right.

    ``today`` is the day in China unless given. An unknown area is no problem.
    """
    if _RESIDENT.fullmatch(number) is not None:
        return IdProblem.RESIDENT
    return _number_problem(number, today)


def resident_number_problem(number: str, today: date | None = None) -> IdProblem | None:
    """Say what is wrong with the number of a permanent residence card, or None when it can be right.

    It has 15 characters (cards of 2017, in use beside the new ones), or 18 that begin with 9.
    """
    if _RESIDENT_2017.fullmatch(number) is not None:
        return None
    return _number_problem(number, today) if number[:1] == "9" else IdProblem.SHAPE


def _number_problem(number: str, today: date | None) -> IdProblem | None:
    if _ID_NUMBER.fullmatch(number) is None:
        return IdProblem.SHAPE
    total = sum(map(mul, _ID_WEIGHTS, number.encode()))  # of character codes: each is its digit plus that of "0"
    if _ID_CHECK_DIGITS[(total - _ID_ZERO) % 11] != number[17]:
        return IdProblem.CHECK_DIGIT
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdProblem.DATE
    if born.year < _FIRST_BIRTH_YEAR:
        return IdProblem.DATE
    if born > (today or datetime.now(CHINA).date()):
        return IdProblem.FUTURE
    return None


def is_id_number(value: str) -> bool:
    """Tell whether this is a well-formed ID number of someone already born (GB 11643)."""
    return id_number_problem(value) is None


def is_resident_number(value: str) -> bool:
    """Tell whether this can be the number of a foreigner's permanent residence card."""
    return resident_number_problem(value) is None


class UsccProblem(StrEnum):
    """A fault of a unified social credit code."""

    SHAPE = "shape"  # not its 18 characters
    ID_NUMBER = "id_number"  # a person's
    CHECK_DIGIT = "check_digit"  # some codes were issued so before 2016


def uscc_problem(code: str) -> UsccProblem | None:
    """Say what is wrong with a unified social credit code (GB 32100), or None when it can be right."""
    if id_number_problem(code) is None:
        return UsccProblem.ID_NUMBER
    if _USCC.fullmatch(code) is None:
        return UsccProblem.SHAPE
    return None if uscc.calc_check_digit(code[:17]) == code[17] else UsccProblem.CHECK_DIGIT


def is_uscc(value: str) -> bool:
    """Tell whether this is a unified social credit code with a right check character, in upper case."""
    return uscc_problem(value) is None


def is_legacy_uscc(value: str) -> bool:
    """Tell whether this is a unified social credit code, its check character apart."""
    return uscc_problem(value) in (None, UsccProblem.CHECK_DIGIT)


def is_mobile(value: str) -> bool:
    """Tell whether this is a mobile number of mainland China: 11 digits, no country code."""
    return _MOBILE.fullmatch(value) is not None


def is_unit_number(value: str) -> bool:
    """Tell whether this is written as a real-estate unit number (不动产单元号): 6+3+3 digits, 2 letters, 5 digits, letter, 8 digits."""
    return _UNIT_NUMBER.fullmatch(value) is not None


def is_date(value: str) -> bool:
    """Tell whether this is a day of the calendar written YYYY-MM-DD (RFC 3339 full-date)."""
    if _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def mask_name(name: str) -> str:
    """Keep the surname, and put a star for every other character."""
    shown = 2 if len(name) > 2 and _COMPOUND_SURNAME.match(name) else 1
    return name[:shown] + "*" * (len(name) - shown)


def mask_mobile(number: str) -> str:
    """Keep the first three and the last four digits. A number too short for that is hidden whole."""
    return _mask(number, 3, 4)


def mask_id_number(number: str) -> str:
    """Keep the first and the last character. A number too short for that is hidden whole."""
    return _mask(number, 1, 1)


def _mask(value: str, first: int, last: int) -> str:
    hidden = len(value) - first - last
    return value[:first] + "*" * hidden + value[-last:] if hidden > 0 else "*" * len(value)


def new_id() -> str:
    """Make an id: a UUID version 7 (RFC 9562), which sorts by the time it was made."""
    return str(uuid_utils.uuid7())


def trace_id_of(traceparent: str | None) -> str | None:
    """Read the trace id out of a header of W3C Trace Context, version 00. Gives None where it is no such header."""
    traced = _TRACEPARENT.fullmatch(traceparent or "")
    return traced[1] if traced else None


def new_trace_id() -> str:
    """Make a trace id of W3C Trace Context: 32 hex digits, never all zero."""
    return f"{random.getrandbits(128) or 1:032x}"  # unlike a key it need not be hard to guess, and costs no system call


def new_span_id() -> str:
    """Make a span id of W3C Trace Context: 16 hex digits, never all zero."""
    return f"{random.getrandbits(64) or 1:016x}"  # as above


def case_number(implementation: str, day: date, sequence: int) -> str:
    """Make a 办件编号 (GB/T 39046): implementation code (31), day as yyyymmdd, sequence from 1 in at least four digits."""
    if sequence < 1:
        message = f"a sequence begins at 1, not {sequence}"
        raise ValueError(message)
    return f"{implementation}{compact(day)}{sequence:04d}"


def compact(day: date) -> str:
    """Write a day as yyyymmdd."""
    return day.isoformat().replace("-", "")  # strftime takes ten times as long


def day_of(at: int) -> str:
    """Give the day in China that a time (microseconds) lies on, as yyyymmdd."""
    return compact(datetime.fromtimestamp(at // 1_000_000, CHINA).date())
