"""What the five adapters cannot send, whatever text a request holds, is held and never in doubt: nothing has left."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.share import context
from gateway.departments.containment import contained
from gateway.model.errors import Invalid, Unavailable
from gateway.sdk import Connection, Department, Request
from tests.config.test_services import CONFIG, DEPARTMENTS
from tests.plugins.conftest import a_call

TEXTS = ("张\x00伟", "张\x0b伟", "张\ud800", "张\ufffe", "张䶮", "\u3000", "a\r\nX: b", "张" * 5_000)


def connection(name: str, adapter: type[Department]) -> Connection:
    written = yaml.safe_load((CONFIG / "departments" / f"{name}.yaml").read_text(encoding="utf-8"))
    return Connection(
        name=name,
        endpoint="http://127.0.0.1:1",  # where nobody listens
        secrets={one: SecretStr("whsec_" + "c2VjcmV0" * 5) for one in adapter.secret_names},
        options=adapter.options_model.model_validate(written.get("options", {})),
        deadline=5,
        max_reply_bytes=65536,
        concurrency=1,
    )


def requests() -> list[tuple[str, str, Request]]:
    found = []
    for service in load_catalogue(Path(CONFIG / "services"), DEPARTMENTS).services.values():
        sample = service.definition.sample
        ctx = context(sample["applicant"], sample["data"], service.definition.sample_outputs)
        found += [(step.definition.department, step.definition.operation, step.request(ctx)) for step in service.steps.values()]
    return found


async def ends(adapter: Department, name: str, request: Request) -> list[object]:
    """How calls end that hold each of the texts in each of the request's fields."""
    act = adapter.query if adapter.operation(name).read_only else adapter.submit
    given = [request.model_copy(update={field: text}) for field, value in request if isinstance(value, str) for text in TEXTS]
    return [await contained(adapter, name, partial(act, a_call(name), one), lambda _: None) for one in given]


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_no_text_that_cannot_be_sent_leaves_a_doubt(department: str) -> None:
    adapter = DEPARTMENTS[department](connection(department, DEPARTMENTS[department]))
    await adapter.open()
    try:
        for _, name, request in (one for one in requests() if one[0] == department):
            found = await ends(adapter, name, request)
            assert found
            assert {type(end) for end in found} <= {Invalid, Unavailable}, name
            assert all("张" not in str(end) for end in found)
    finally:
        await adapter.close()
