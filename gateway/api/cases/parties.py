"""Parties in answers: those of a case, and those that a service names with what each may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from gateway.api.cases import texts
from gateway.api.shapes.masking import masked
from gateway.cases.rights import Sight
from gateway.catalogue.parties.named import roles_of, said_of
from gateway.catalogue.parties.sees import sees
from gateway.catalogue.share import context
from gateway.journal.queues.parties import of_case
from gateway.model.service import APPLICANT, Service, Text
from gateway.texts.json_schema import SchemaFields

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.shapes import party_models
    from gateway.journal.store.views import CaseView
    from gateway.model import JsonView
    from gateway.model.application import Application
    from gateway.model.case import Party


async def parties_of(asked: Asked, view: CaseView, form: JsonView | None, seen: Sight | None) -> list[party_models.PartyShape]:
    """Give the parties of a case, the applicant's first, with their names as far as the caller sees the ``form``."""
    application = view.application
    rows = [row for row in await asked.parts.insights.read(lambda c: of_case(c, application.id)) if row.roles]
    names = {} if form is None or seen in (None, Sight.NONE) else _names(await definition_of(asked, application), form, seen)
    if not rows:
        return [{"id": None, "roles": [APPLICANT], "kind": "person", "acts_for": None, "name": names.get(APPLICANT)}]
    return [_party(row, names) for row in sorted(rows, key=lambda row: APPLICANT not in row.roles)]


def _party(row: Party, names: dict[str, str | None]) -> party_models.PartyShape:
    name = next((names[role] for role in row.roles if names.get(role)), None)
    return {"id": row.id, "roles": list(row.roles), "kind": row.kind, "acts_for": row.acts_for, "name": name}


async def definition_of(asked: Asked, application: Application) -> Service | None:
    """Give the definition that an application is pinned to, None where this version cannot read it."""
    current = asked.parts.catalogue.services.get(application.service)
    if current is not None and current.digest == application.service_digest:
        return current.definition
    kept = await asked.parts.insights.service_definition(application.service_digest)
    try:
        return None if kept is None else Service.model_validate_json(kept)
    except ValidationError:
        return None


def _names(definition: Service | None, form: JsonView, seen: Sight | None) -> dict[str, str | None]:
    """Give the name that the application says in each role."""
    ctx = context(form["applicant"], form["data"], {})
    said = [] if definition is None else [said_of(party, ctx) for party in roles_of(definition)]
    names: dict[str, str | None] = {APPLICANT: form["applicant"].get("name"), **{one.role: one.name for one in said if one is not None}}
    return names if seen is Sight.WHOLE else {role: masked(name, "name") for role, name in names.items()}


def of_service(definition: Service) -> party_models.ServiceParties:
    """Give the roles that a service names, the applicant's among them, and what each sees."""
    roles = roles_of(definition)
    return {
        "parties": [
            {
                "role": party.role,
                "title": party.title,
                "kind": party.kind,
                "at": party.at,
                "must_sign": party.must_sign,
                "must_be_present": party.must_be_present,
                "acts_for": party.acts_for,
                "contacts": party.contacts,
                "when": party.when,
            }
            for party in roles
        ],
        "sees": [_sight(definition, party.role, party.title) for party in roles],
    }


def _sight(definition: Service, role: str, title: Text) -> party_models.RoleSightShape:
    seen = sees(definition, [role])
    return {
        "role": role,
        "title": title,
        "steps": [{"name": step.name, "title": step.title} for step in definition.steps if step.name in seen.steps],
        "paths": [{"path": path, "title": _title(definition, path)} for path in sorted(seen.paths)],
    }


def _title(definition: Service, path: str) -> Text:
    """Give the title of a place: as the form has it, else the path itself."""
    if path in texts.PLACES:
        return texts.PLACES[path]
    fields, parts = SchemaFields(definition.form), path.split(".")
    schema = fields.at(parts[1:]) if parts[0] == "data" else None
    if schema is None:
        return Text(zh=path, en=path)
    zh, en = (schema.get(keyword) or next(iter(sorted(fields.named(schema, keyword))), path) for keyword in ("title", "x-title-en"))
    return Text(zh=str(zh), en=str(en))
