"""People at the console in a browser, and the cases that they look after."""

from __future__ import annotations

import base64
import itertools
import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any
from unittest.mock import patch
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from gateway.catalogue.drawing.posted import flat
from gateway.cli import main
from gateway.people.one_time_codes import code_at, step_at
from tests.faults.installation import Installation, sample
from tests.pages.conftest import Visitor
from tests.patience import PATIENCE, stretched, until

_NUMBERS = itertools.count(1)
#: Keys of windows, by the gateway's address.
_WINDOWS: dict[str, str] = {}


def told(gateway: Installation, *arguments: str) -> str:
    """Give what a command says that ends well: in this process, since one of its own takes most of a second to begin."""

    def ran() -> None:  # beside the loop that drives the browser
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code, errors.getvalue()

    said, errors = StringIO(), StringIO()
    with patch.dict(os.environ, gateway.environment), redirect_stdout(said), redirect_stderr(errors), ThreadPoolExecutor(1) as beside:
        beside.submit(ran).result()
    return said.getvalue()


def sign_in(visitor: Visitor, gateway: Installation, role: str, name: str = "周敏", group: str | None = None) -> str:
    """Make an account with that role and sign in with it. Gives its login: a code is taken once, so each test has its own."""
    login = f"one-{next(_NUMBERS)}"
    password, *seed = told(gateway, "user", "add", login, role, "--name", name, *(("--group", group) if group else ())).split()
    page = visitor.go("/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    if seed:
        secret = base64.b32decode(seed[0] + "=" * (-len(seed[0]) % 8))
        page.fill("#code", code_at(secret, step_at(time.time_ns() // 1000)))
    page.locator("form .main-act").click()
    page.wait_for_url("**/counter" if role == "clerk" else "**/console**")
    return login


def begin(page: Page, base: str, service: str) -> str:
    """Begin a draft at the counter as its clerk does, and give its id. The page is then the applicant's."""
    page.goto(f"{base}/counter")
    page.locator(f"button[value='{service}']").click()
    page.wait_for_url("**/applicant")
    return page.url.split("/")[-2]


def fill(page: Page, service: str, until: str) -> None:
    """Fill a draft in from its service's sample, from the applicant's page to the step ``until``. The form may have no choices."""
    body = sample(service)
    page.select_option("[name='/applicant/id_type']", body["applicant"].pop("id_type"))
    for part, step in (("applicant", "form"), ("data", "documents"), ("", "check"), ("", "receipt")):
        for pointer, text in flat(body[part], f"/{part}").items() if part else ():
            page.fill(f"[name='{pointer}']", text)
        if step == "receipt":
            page.check("#confirmed")
        page.locator("main .main-act").click()
        page.wait_for_url(f"**/{step}")
        if step == until:
            return


def file(gateway: Installation, service: str, count: int = 1) -> list[str]:
    """File so many cases of a service, and give their ids."""
    return [_called(gateway, gateway.key("front-end"), "POST", "/v1/applications", sample(service))["id"] for _ in range(count)]


def receipt(gateway: Installation) -> str:
    """File a case, and give the address by which its applicant follows it."""
    return str(receipts(gateway, "newlywed")[0]["link"])


def receipts(gateway: Installation, service: str) -> Any:
    """File a case, and give what each of its people is given."""
    return _called(gateway, gateway.key("front-end"), "POST", "/v1/applications", sample(service))["receipts"]


def ask(gateway: Installation, method: str, path: str, body: object = None) -> Any:
    """Call the interface as an operator's program does, and give what it answers."""
    return _called(gateway, gateway.key("operator"), method, path, body)


def window(gateway: Installation, method: str, path: str, body: object = None) -> Any:
    """Call the interface as a window of the group ``hall`` does, and wait for what comes of a filing."""
    if gateway.url not in _WINDOWS:
        created = told(gateway, "key", "create", "front-end", "--name", "window", "--group", "hall", "--json")
        _WINDOWS[gateway.url] = json.loads(created)["key"]
    return _called(gateway, _WINDOWS[gateway.url], method, path, body, Prefer="wait=30")


def will_return(gateway: Installation, department: str, operation: str, field: str, **words: str) -> None:
    """Have a department return the next of these for that field."""
    gateway.sandbox(department, "faults", {"fault": "returned", "times": 1, "operation": operation, "fields": [field], **words})


def returned(gateway: Installation) -> Mapping[str, Any]:
    """File a sale at a window that the tax department returns for its price."""
    will_return(gateway, "tax", "assess_transfer", "price", code="51", reason="成交价与合同不符")
    filed: Mapping[str, Any] = window(gateway, "POST", "/v1/applications", sample("house-transfer"))
    assert filed["state"] == "returned"
    return filed


def _called(gateway: Installation, key: str, method: str, path: str, body: object, **more: str) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **more}
    url, data = f"http://127.0.0.1:{gateway.port}{path}", None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, method=method, headers={**headers, "Idempotency-Key": f"desk {next(_NUMBERS)}"})
    with urlopen(request, timeout=stretched(PATIENCE)) as answer:  # noqa: S310  # the gateway's own address
        return json.load(answer)


def state(gateway: Installation, case: str, department: str) -> str:
    """Give the state of the department's delivery of a case."""
    found = ask(gateway, "GET", f"/v1/applications/{case}")["deliveries"]
    return next(str(one["state"]) for one in found if one["department"] == department)


def reach(gateway: Installation, cases: list[str], department: str, wanted: str) -> None:
    """Wait until the department's delivery of each of these cases is in that state."""
    for case in cases:
        until(lambda case=case: state(gateway, case, department) == wanted, why=f"{department} is not {wanted}")  # type: ignore[misc]  # mypy infers no type of a default
