"""The checker finds what it is there to find: each control must fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.faults.checker import Report, reconcile
from tests.faults.client import calling
from tests.faults.installation import Installation, sample


async def test_a_department_that_forgets_keys_is_found_out(installation: Installation) -> None:
    database = installation.data / "gateway.db"
    receipts = {}
    async with calling(installation) as client:
        for key, remembers in (("honest", True), ("forgetful", False)):
            installation.sandbox("tax", "settings", {"recognise_keys": remembers})
            installation.sandbox("tax", "faults", {"fault": "drop_reply", "times": 1})
            _, filed = await client.file(sample("company-start"), key, wait=30)
            assert filed["state"] == "approved"
            receipts[key] = [filed["id"]]
            wrong = reconcile(database, receipts, installation.ledgers()).wrong
            assert [kind for kind, _ in wrong] == ([] if remembers else ["duplicated"])
    assert "tax activate_invoicing" in wrong[0][1]


async def test_every_kind_of_loss_is_found(installation: Installation) -> None:
    async with calling(installation) as client:
        filed = [(await client.file(sample("company-start"), key, wait=30))[1]["id"] for key in ("a", "b")]
    database, ledgers = installation.data / "gateway.db", installation.ledgers()
    receipts = {"a": [filed[0]], "b": [filed[1]]}
    assert reconcile(database, receipts, ledgers).wrong == []
    assert _kinds(reconcile(database, {**receipts, "c": ["gone"]}, ledgers)) == ["lost"]
    assert _kinds(reconcile(database, {"a": filed, "b": [filed[1]]}, ledgers)) == ["duplicated"]
    assert _kinds(reconcile(database, {"a": [filed[0]]}, ledgers)) == ["unexpected"]
    assert _kinds(reconcile(database, receipts, {**ledgers, "tax": ledgers["tax"][1:]})) == ["lost"]
    assert _kinds(reconcile(database, receipts, {**ledgers, "tax": [*ledgers["tax"], {"key": "nobody's-1"}]})) == ["unexpected"]
    installation.close()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE delivery SET state = 'deciding' WHERE department = 'tax' AND application_id = ?", (filed[0],))
    assert _kinds(reconcile(database, receipts, ledgers)) == ["unexpected"]


def _kinds(report: Report) -> list[str]:
    return [kind for kind, _ in report.wrong]
