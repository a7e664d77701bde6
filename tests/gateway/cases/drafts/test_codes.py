"""A draft's code is made anew whenever it is shown, and is never taken for the query code of a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.drafts import texts
from gateway.cases.drafts.codes import DraftCodes
from gateway.cases.receipts import texts as receipt_texts
from gateway.cases.receipts.query_code import ALPHABET, CODES, code_of, number_of, read_code
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.texts.refusals import Refused
from tests.gateway.cases.drafts.test_drafts import LI
from tests.gateway.worlds.world import World

CODES_OF_ONE = DraftCodes(HmacKeys([b"k" * 32]))
numbers = st.integers(0, CODES - 1)


@given(numbers)
def test_neither_is_taken_for_the_other(number: int) -> None:
    drafts, cases = code_of(number, 1), code_of(number)
    assert number_of(drafts) == number_of(cases) == number
    assert len(CODES_OF_ONE.macs(f" {drafts.lower()} ")) == 1
    with pytest.raises(Refused) as refused:
        read_code(drafts)
    assert refused.value.said == receipt_texts.MISTYPED
    with pytest.raises(Refused) as refused:
        CODES_OF_ONE.macs(cases)
    assert refused.value.said == texts.QUERY_CODE


@given(numbers)
def test_no_single_mistyped_character_is_another_drafts_code(number: int) -> None:
    code = code_of(number, 1)
    for at, right in enumerate(code):
        for other in ALPHABET.replace(right, ""):
            with pytest.raises(Refused):
                CODES_OF_ONE.macs(code[:at] + other + code[at + 1 :])


@pytest.mark.parametrize("typed", ["", "K7M29", "11500152000000019R", "中" * 10])
def test_what_is_no_code_is_told_so(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        CODES_OF_ONE.macs(typed)
    assert refused.value.said == texts.NO_CODE


async def test_a_code_is_found_after_its_key_has_been_rotated_away(world: World) -> None:
    draft = await world.drafts.begin("typed", LI)
    keys = world.keys.secrets
    keys.learn([b"n" * 32])
    keys.making = keys.coming[0]
    assert (await world.drafts.read(draft.id, LI)).code == draft.code
    assert (await world.drafts.of_code(str(draft.code), LI)).id == draft.id
