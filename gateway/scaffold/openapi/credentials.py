"""The credentials of requests in an OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.model import JsonView
from gateway.scaffold.contract.client_certificates import demand
from gateway.scaffold.contract.description import Credential, Gap
from gateway.scaffold.contract.names import Names
from gateway.scaffold.contract.places import Places
from gateway.sdk.contracts.openapi_references import resolved
from gateway.sdk.contracts.openapi_repair import is_token


def credentials(document: JsonView, described: list[JsonView], gaps: list[Gap], places: Places) -> tuple[Credential, ...]:
    """Give the credentials of the first way to be let in. Schemes that cannot be generated become gaps."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    wanted: dict[str, None] = {}
    for operation in described:
        ways = operation.get("security", document.get("security")) or []
        wanted |= dict.fromkeys(ways[0] if ways else ())
    found: dict[str, Credential] = {}  # by their place, since two cannot go into one header
    names = Names()
    for name in wanted:
        scheme = _scheme(document, schemes.get(name))
        place = scheme or schemes or document
        header = scheme.get("name")
        match scheme.get("type"), str(scheme.get("scheme", "")).lower(), scheme.get("in"):
            case "http", "bearer", _:
                found.setdefault("authorization", Credential(kind="bearer"))
            case "http", "basic", _:
                found.setdefault("authorization", Credential(kind="basic", secrets=("username", "password")))
            case "apiKey", _, "header" if isinstance(header, str) and is_token(header):
                secrets = (names.named(name, otherwise="key"),)
                found.setdefault(header.lower(), Credential(kind="header", header=header, secrets=secrets))
            case "apiKey", _, "query" if isinstance(header, str) and header:
                secrets = (names.named(name, otherwise="key"),)
                found.setdefault(f"?{header}", Credential(kind="query", header=header, secrets=secrets))
                gaps.append(places.gap(place, f"the key {name} goes into the address, which is logged along the way"))
            case "oauth2" | "openIdConnect", _, _:
                found.setdefault("authorization", Credential(kind="bearer"))
                gaps.append(
                    places.gap(place, f"{name} is {scheme['type']}: the token is a secret that somebody renews; fetch it if need be")
                )
            case "mutualTLS", _, _:
                gaps.append(demand(places.of(place)))
            case kind, _, _:
                what = (
                    f"the security scheme {name} ({kind or 'not declared'}) cannot be generated: fill it in where adapter.py says FILL IN"
                )
                gaps.append(places.gap(place, what))
    return tuple(found.values())


def _scheme(document: JsonView, declared: object) -> JsonView:
    try:
        found = resolved(document, declared)
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}
