"""The field by which a department recognises a repeat. The adapter fills it in, so it is no part of a request."""

from __future__ import annotations

from collections.abc import Collection

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.description import DescribedContract


def take_key_fields(contract: DescribedContract, names: Collection[str]) -> None:
    """Take the fields of these names (the contract's) out of the requests that act, and note which carry the key.

    In a question such a field says what is looked for, so it stays there. Raises ``UnreadableContractError`` for a name that stands in no
    request that acts, or not at its top.
    """
    taken: set[str] = set()
    for operation in contract.operations:
        found = next((one for one in operation.request.fields if one.wire in names and not operation.read_only), None)
        if found is not None:
            operation.key = found
            operation.request.fields = [one for one in operation.request.fields if one is not found]
            taken.add(found.wire)
    if missing := sorted(set(names) - taken):
        asked = [one.name for one in contract.operations if one.read_only and any(field.wire in missing for field in one.request.fields)]
        only = f"; {', '.join(asked)} only asks, by what is looked for" if asked else ""
        raise UnreadableContractError(
            contract.file, 0, f"no request that acts has a field {', '.join(missing)} at its top to carry the key{only}"
        )
