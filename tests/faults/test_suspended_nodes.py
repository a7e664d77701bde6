"""Two nodes on one PostgreSQL: what one is told of a service the other refuses within about a second, with the notice, and takes again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.faults.installation import sample
from tests.faults.nodes import Node, Nodes
from tests.patience import PATIENCE, until

_NUMBERS = count()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Nodes]:
    with closing(Nodes(tmp_path, nodes=2)) as made:
        yield made


def asked(two: Nodes, at: Node, method: str, path: str, body: object, *, role: str = "front-end") -> tuple[int, Any]:
    """Ask that node."""
    headers = {
        "Authorization": f"Bearer {two.key(role)}",
        "Idempotency-Key": f"{at.port} {next(_NUMBERS)}",
        "Content-Type": "application/json",
    }
    try:
        request = Request(two.url_of(at) + path, json.dumps(body).encode(), headers, method=method)  # noqa: S310  # a node's own address
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def checked(two: Nodes, at: Node) -> Any:
    """Give what that node says of the suspension when an application is checked."""
    status, report = asked(two, at, "POST", "/v1/applications/check", sample("passport"))
    assert status == 200
    return report["suspended"]


@pytest.mark.slow("two nodes on a server; tests/gateway/cases/suspending has the same of two that read one journal")
async def test_one_suspends_the_other_refuses_and_the_other_way_round(two: Nodes) -> None:
    await two.begin()
    one, other = two.nodes
    for node in two.nodes:
        assert checked(two, node) is None
    said = {"notice": {"zh": "升级", "en": "Moving"}, "reason": "r"}
    assert (asked(two, one, "POST", "/v1/services/passport/suspend", said, role="operator"))[0] == 200
    assert checked(two, one)["notice"] == said["notice"]  # at once
    await asyncio.to_thread(until, lambda: checked(two, other))
    status, refused = asked(two, other, "POST", "/v1/applications", sample("passport"))
    assert (status, refused["type"]) == (409, "/problems/service-suspended")
    assert (asked(two, other, "POST", "/v1/applications", sample("newlywed")))[0] == 202
    assert (asked(two, other, "POST", "/v1/services/passport/resume", {"reason": "over"}, role="operator"))[0] == 200
    await asyncio.to_thread(until, lambda: checked(two, one) is None)
    assert (asked(two, one, "POST", "/v1/applications", sample("passport")))[0] == 202
