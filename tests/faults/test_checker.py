"""The checker finds every kind of error: each control must fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.checker import Report, read_only, reconcile
from tests.faults.client import calling, step
from tests.faults.installation import Installation, sample


@pytest.mark.slow("a gateway under load for the control alone; every kind of loss stays")
async def test_a_department_that_forgets_keys_is_found_out(stopped: Installation) -> None:
    stopped.start_sandboxes()
    stopped.start_gateway()
    async with calling(stopped) as client:
        for key, remembers in (("honest", True), ("forgetful", False)):
            stopped.sandbox("tax", "settings", {"recognise_keys": remembers})
            stopped.sandbox("tax", "faults", {"fault": "drop_reply", "times": 1})
            _, filed = await client.file(sample("company-start"), key, wait=30)
            assert filed["state"] == "approved"
            wrong = stopped.reconcile().wrong
            assert [kind for kind, _ in wrong] == ([] if remembers else ["duplicated"])
    assert "tax activate_invoicing" in wrong[0][1]


async def test_every_kind_of_loss_is_found(installation: Installation, tmp_path: Path) -> None:
    async with calling(installation) as client:
        filed = [(await client.file(sample("company-start"), key, wait=30))[1] for key in ("one", "two")]
    database, receipts, ledgers = installation.database_url, installation.receipts, installation.ledgers()
    assert reconcile(database, receipts, ledgers).wrong == []
    assert _kinds(reconcile(database, {**receipts, "three": ["gone"]}, ledgers)) == ["lost"]
    assert _kinds(reconcile(database, {**receipts, "one": [one["id"] for one in filed]}, ledgers)) == ["duplicated"]
    assert _kinds(reconcile(database, {**receipts, "two": []}, ledgers)) == ["unexpected"]
    key = step(filed[0], "tax")["id"].replace("-", "") + "-1"
    forgotten = [effect for effect in ledgers["tax"] if effect["key"] != key]
    assert _kinds(reconcile(database, receipts, {**ledgers, "tax": forgotten})) == ["lost"]
    assert _kinds(reconcile(database, receipts, {**ledgers, "tax": [*ledgers["tax"], {"key": key}]})) == ["duplicated"]
    assert _kinds(reconcile(database, receipts, {**ledgers, "tax": [*ledgers["tax"], {"key": "nobody's-1"}]})) == ["unexpected"]
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(f"file:{installation.database}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("UPDATE delivery SET state = 'deciding' WHERE id = ?", (step(filed[0], "tax")["id"],))
        target.commit()
    assert _kinds(reconcile(read_only(copy), receipts, ledgers)) == ["unexpected"]


def _kinds(report: Report) -> list[str]:
    return [kind for kind, _ in report.wrong]
