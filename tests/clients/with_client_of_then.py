"""Files, follows, corrects, lists and finds with what ``openapi-python-client`` made of the older document: ``… BASE KEY BODY CORRECTED``.

Runs in an environment of its own, beside the generated package ``made_client``. The tax bureau sends the first one back.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from made_client import AuthenticatedClient, models
from made_client.api.applications import (
    file_application,
    follow_application,
    get_application,
    list_applications,
    look_up_applications,
    revise_application,
)
from made_client.api.services import get_service, list_services

T = TypeVar("T")


def main(base: str, key: str, first: str, second: str) -> None:
    """Do it in the order in which a window does, and print a line for each."""
    wrong, right = (models.HouseTransferApplication.from_dict(json.loads(Path(one).read_text())) for one in (first, second))
    with AuthenticatedClient(base_url=base, token=key) as client:
        services = had(list_services.sync(client=client), models.Services)
        print("services", len([had(get_service.sync(one.code, client=client), models.Service) for one in services.items]))
        filed = had(
            file_application.sync(client=client, body=wrong, idempotency_key=str(uuid4()), prefer="wait=30"), models.FiledApplication
        )
        print("filed", filed.state)
        events = had(follow_application.sync(filed.id, client=client), models.Events)
        print("followed", events.items[0].event, any(move.state == "returned" for one in events.items for move in one.moves))
        seen = had(get_application.sync(filed.id, client=client), models.ApplicationDetail)
        (step,) = [one for one in seen.deliveries if one.state == "returned"]
        print("asked", step.outcome.errors[0].pointer if isinstance(step.outcome, models.Outcome) else step.outcome)
        answer = revise_application.sync(filed.id, client=client, body=right, idempotency_key=str(uuid4()), prefer="wait=30")
        print("corrected", had(answer, models.FiledApplication).state)
        page = had(list_applications.sync(client=client, limit=100), models.ApplicationPage)
        print("listed", filed.id in [one.id for one in page.items])
        person = models.Lookup(id_type=right.applicant.id_type, id_number=right.applicant.id_number)
        found = had(look_up_applications.sync(client=client, body=person), models.ApplicationPage)
        print("found", filed.id in [one.id for one in found.items])


def had(answer: object, wanted: type[T]) -> T:
    """Give an answer that is the wanted one, or end with it."""
    if not isinstance(answer, wanted):
        sys.exit(f"not {wanted.__name__}: {answer}")
    return answer


if __name__ == "__main__":
    main(*sys.argv[1:])
