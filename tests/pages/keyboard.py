"""A person who files at the counter with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from gateway.catalogue.drawing.posted import flat
from tests.faults.installation import sample

_MOST = 300  # times that Tab may be pressed to get anywhere


def focus(page: Page, wanted: str) -> None:
    """Press Tab until what has the focus fits the selector. A part that is folded is opened on the way."""
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        if page.locator(f"{wanted}:focus").count():
            return
        if page.locator(f"details:has(> summary:focus):has({wanted})").count():
            page.keyboard.press("Enter")
    raise AssertionError(f"no way to {wanted} by the keyboard")


def _fill(page: Page, pointer: str, text: str) -> None:
    name = f"[name='{pointer}']:not([type=hidden])"
    first = page.locator(name).first
    if not page.locator(name).count():
        return  # the form knows it already
    kind = first.evaluate("e => e.type")
    focus(page, name)
    if kind in ("radio", "checkbox"):
        page.keyboard.press("Space")
        for _ in range(8):
            if page.locator(f"{name}[value='{text}']").is_checked():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{pointer} has no {text}")
    if kind == "select-one":
        for _ in range(30):
            if first.input_value() == text:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{pointer} has no {text}")
    page.keyboard.insert_text(text)


def _go_on(page: Page, step: str, *, scripts: bool) -> None:
    if scripts:
        page.keyboard.press("Control+Enter")
    else:
        focus(page, "main .main-act")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{step}(#|$)"))


def file_by_keyboard(page: Page, service: str, *, scripts: bool = True) -> None:
    """File a service's sample, from the counter's page to the receipt. Without scripts there are no shortcuts."""
    body = sample(service)
    focus(page, f"button[value='{service}']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/applicant")
    for pointer, text in flat(body["applicant"], "/applicant").items():
        _fill(page, pointer, text)
    _go_on(page, "form", scripts=scripts)
    rows = 0
    for pointer, text in flat(body["data"], "/data").items():
        if (row := re.fullmatch(r"(.*)/(\d+)/[^/]+", pointer)) and int(row[2]) == rows:
            focus(page, f"button[name='add'][value='{row[1]}']")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/form#{row[1]}/{rows}")
            rows += 1
        _fill(page, pointer, text)
    _go_on(page, "documents", scripts=scripts)
    focus(page, "input[name^='/notes/materials/']")
    page.keyboard.press("Space")
    _go_on(page, "check", scripts=scripts)
    focus(page, "#confirmed")
    page.keyboard.press("Space")
    _go_on(page, "receipt", scripts=scripts)
    assert page.locator(".paper").count() >= 1
