"""Every page that there is, in both variants: everybody can read it, it fits its window, and it keeps to the policy.

A page that comes later is looked at by itself, since the list is the site's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from gateway.api.http.route import Route
from gateway.web.site import PAGES
from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import ask, begin, file, fill, reach, returned, sign_in, told

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/test_site.py asks for every page without one")

#: Whoever sees what an operator does not, by the beginning or the end of a page's address.
_OTHERS = {"/counter": "clerk", "/console/accounts": "administrator", "/console/audit": "auditor", "/void": "supervisor"}


def _role(page: Route) -> str:
    """Give a role that sees the page, none for one that is open to anybody."""
    found = (role for part, role in _OTHERS.items() if page.path.startswith(part) or page.path.endswith(part))
    return next(found, "operator") if page.signed else ""


@pytest.fixture(scope="module")
def named(gateway: Installation) -> Mapping[str, str]:
    """Make what pages are about: a case in doubt, one held, one returned, a job, an account. Gives values in addresses by their place."""
    gateway.sandbox("exit_entry", "faults", {"fault": "drop_reply", "times": 1})
    [doubt] = file(gateway, "passport")
    reach(gateway, [doubt], "exit_entry", "in_doubt")
    gateway.sandbox("marriage", "faults", {"fault": "soap_fault", "code": "Client", "times": 1})
    [held] = file(gateway, "newlywed")
    reach(gateway, [held], "marriage", "held")
    [delivery] = ask(gateway, "GET", f"/v1/applications/{doubt}")["deliveries"]
    job = ask(gateway, "POST", "/v1/deliveries/retry", {"filter": {"state": ["in_doubt"]}, "reason": "looked at"})
    told(gateway, "user", "add", "somebody", "supervisor")
    users = json.loads(told(gateway, "user", "list", "--json"))
    case = returned(gateway)
    ask(gateway, "POST", "/v1/services/retirement/suspend", {"notice": {"zh": "升级"}, "until": "2029-12-08T00:00:00+08:00", "reason": "r"})
    account = next(one["id"] for one in users if one["login"] == "somebody")
    return {
        "/console/accounts/{id}": account,
        "/console/deliveries/{id}": delivery["id"],
        "/console/jobs/{id}": job["id"],
        "/console/services/{code}": "retirement",
        "/console/cases/{id}/": held,
        "/console/cases/{id}": doubt,
        "/counter/cases/{id}": case["id"],
        "secret": case["receipts"][0]["link"].rpartition("/")[2],
    }


def _address(page: Route, named: Mapping[str, str]) -> str:
    about = next((value for place, value in named.items() if page.path.startswith(place)), "")
    path = page.path.replace("{id}", about).replace("{code}", about or "newlywed").replace("{name}", "tax").replace("{screen}", "hall")
    return f"/t/{named['secret']}" if path == "/t/case" else path.replace("{secret}", named["secret"])


def _drafts(visitor: Visitor) -> tuple[str, str]:
    """Begin a draft at the counter, and file another. Gives their ids."""
    begun, filed = (begin(visitor.page, visitor.base, service) for service in ("newlywed", "housing-holdings"))
    fill(visitor.page, "housing-holdings", "receipt")
    return begun, filed


def test_everybody_can_read_it(visitor: Visitor, gateway: Installation, named: Mapping[str, str]) -> None:
    pages = [page for page in PAGES if page.method == "GET" and not page.path.endswith((".csv", ".json"))]
    wrong, looked, drafts = [], 0, ("", "")
    for role in sorted({_role(page) for page in pages}):
        if role:
            visitor.context.clear_cookies(name="__Host-session")
            sign_in(visitor, gateway, role, group="hall" if role == "clerk" else None)
            if role == "clerk":
                drafts = _drafts(visitor)
        for page in (page for page in pages if _role(page) == role):
            filed = page.path.endswith("/receipt")
            address = _address(page, named).replace("{draft}", drafts[filed])
            answer = visitor.page.goto(visitor.base + address)
            assert answer is not None
            assert answer.ok, (page.path, answer.status)
            wrong += [f"{page.path}: {one}" for one in visitor.accessible()]
            visitor.fits()
            visitor.kept_to_the_policy()
            looked += 1
    assert wrong == []
    assert looked == len(pages) > 20
