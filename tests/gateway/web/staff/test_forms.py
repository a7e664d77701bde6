"""Forms: a proof is shown under another veil each time, and holds under each."""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec
from types import SimpleNamespace
from typing import cast
from unittest import mock
from urllib.parse import urlencode

import pytest
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request

from gateway.api.http.parts import ApiLimits
from gateway.api.http.route import Asked
from gateway.people.sessions import csrf_of
from gateway.texts.refusals import Refused
from gateway.web.staff import forms
from gateway.web.staff.forms import PROOF, PROOF_PLACE, fields_of, is_proven, veiled


def test_a_proof_is_never_shown_twice_the_same_and_holds_under_each_veil() -> None:
    mine, others = csrf_of("a"), csrf_of("b")
    shown = {veiled(mine) for _ in range(20)}
    assert len(shown) == 20
    assert all(is_proven({PROOF: one}, mine) and not is_proven({PROOF: one}, others) and mine not in one for one in shown)
    assert veiled(PROOF_PLACE) == PROOF_PLACE


def test_nobody_writes_the_place_of_a_proof_into_a_text() -> None:
    found = find_spec(forms.__name__)
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(again := module_from_spec(found))  # as another process would
    assert len(again.PROOF_PLACE) == len(PROOF_PLACE)
    assert again.PROOF_PLACE != PROOF_PLACE


def test_what_is_no_proof_is_none() -> None:
    mine = csrf_of("a")
    for wrong in ("", "zz", mine, mine[:-2] * 2, veiled(mine)[:-2], veiled(mine) + "00", "00" * 1000):
        assert not is_proven({PROOF: wrong}, mine), wrong
    assert not is_proven({}, mine)


def _asked(body: bytes) -> Asked:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    payload = StreamReader(mock.Mock(), limit=2**24)
    payload.feed_data(body)
    payload.feed_eof()
    request = make_mocked_request("POST", "/", headers=headers, payload=payload, client_max_size=2**20)
    return cast("Asked", SimpleNamespace(request=request, parts=SimpleNamespace(limits=ApiLimits())))


async def test_an_application_s_form_may_have_a_list_of_500_rows() -> None:
    rows = {f"/data/employees/{row}/{name}": "职工" for row in range(500) for name in ("name", "id_type", "id_number", "day", "city")}
    body = urlencode(rows).encode()
    assert await fields_of(_asked(body), of_application=True) == rows
    with pytest.raises(Refused) as refused:
        await fields_of(_asked(body))
    assert refused.value.status == 413
    many = urlencode({f"a{number}": "" for number in range(300)}).encode()
    with pytest.raises(Refused):
        await fields_of(_asked(many))
    assert len(await fields_of(_asked(many), of_application=True)) == 300


async def test_an_application_s_form_has_an_end_too() -> None:
    for body in (urlencode({f"a{number}": "" for number in range(7_000)}), "a=" + "x" * 2**20):
        with pytest.raises(Refused) as refused:
            await fields_of(_asked(body.encode()), of_application=True)
        assert refused.value.status in (400, 413)
