"""Moving a case to a corrected definition: offered where there is one, refused with what speaks against it."""

from __future__ import annotations

from pathlib import Path

from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import kept, seen, signed_in


async def test_a_case_with_a_held_delivery_is_moved_once_its_service_was_corrected(hall: Hall, tmp_path: Path) -> None:
    one = await kept(hall)
    path = f"/console/cases/{one.application_id}/definition"
    browser = await signed_in(hall, "operator")
    await browser.get(f"/console/cases/{one.application_id}")
    assert path not in browser.page
    assert (await browser.get(path)).status == 200
    proof = browser.proof()
    same = await browser.post(path, {"/reason": "corrected", **proof})
    assert same.status == 409
    assert "corrected" in browser.page

    service = tmp_path / "config" / "services" / "retirement.yaml"
    service.write_text(service.read_text(encoding="utf-8").replace("The employer files;", "Your employer files;", 1), encoding="utf-8")
    await hall.gateway.parts.configuration.reload(actor="test")
    await browser.get(f"/console/cases/{one.application_id}")
    assert path in browser.page
    assert (await browser.post(path, {"/reason": " ", **proof})).status == 422
    done = await browser.post(path, {"/reason": "the mapping was wrong", **proof})
    assert done.headers["Location"] == f"/console/cases/{one.application_id}?said=moved"
    current = hall.gateway.parts.catalogue.services["retirement"]
    assert (await seen(hall, one.application_id)).application.service_digest == current.digest
