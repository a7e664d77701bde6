"""An OpenAPI document is read as far as it goes, and what it does not tell is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.description import Credential, DescribedContract, Gap, ListOf, OneOf, RestCall, Scalar, Structure, TypedField
from gateway.scaffold.openapi import document as openapi

ZOO = Path(__file__).parents[1] / "zoo"


@pytest.fixture(scope="module")
def permits() -> DescribedContract:
    return openapi.read(ZOO / "permits-3.0.yaml")


@pytest.fixture(scope="module")
def registry() -> DescribedContract:
    return openapi.read(ZOO / "registry-3.1.yaml")


def request_of(contract: DescribedContract, name: str) -> dict[str, TypedField]:
    operation = next(one for one in contract.operations if one.name == name)
    return {one.wire: one for one in operation.request.fields}


def wire_of(contract: DescribedContract, name: str) -> RestCall:
    wire = next(one for one in contract.operations if one.name == name).wire
    assert isinstance(wire, RestCall)
    return wire


def test_operations_are_named_and_told_apart(permits: DescribedContract) -> None:
    assert [(one.name, one.read_only) for one in permits.operations] == [
        ("get_part", True),
        ("create_permit", False),
        ("search_permits", False),
        ("delete_permits", False),
        ("put_document", False),
    ]
    assert openapi.operations_of(ZOO / "permits-3.0.yaml")["DELETE /permits/{id}"] == "Without an operationId"


def test_parameters_go_where_they_belong(permits: DescribedContract) -> None:
    fields = request_of(permits, "get_part")
    assert {wire: (one.name, one.place, one.required) for wire, one in fields.items()} == {
        "permit-id": ("permit_id", "path", True),
        "part": ("part", "path", True),
        "fields": ("fields", "query", False),
        "detailed": ("detailed", "query", False),
        "Accept-Language": ("accept_language", "header", False),
    }
    assert fields["fields"].type == ListOf(item=Scalar(kind="text", values=("owner", "area", "until")))


def test_parts_of_an_all_of_are_one_and_what_the_department_gives_is_not_asked_for(permits: DescribedContract) -> None:
    fields = request_of(permits, "create_permit")
    assert "id" not in fields
    assert fields["secret"].place == "body"
    assert (fields["schema"].name, fields["schema"].nullable, fields["schema"].required) == ("schema_", True, False)
    assert fields["面积"].type == Scalar(kind="number", limits={"gt": 0})
    assert fields["kind"].type == Scalar(kind="integer", values=(1, 2, 3))
    person = fields["owner"].type
    assert isinstance(person, Structure)
    assert [one.wire for one in person.required()] == ["name", "id-number"]
    parts = fields["parts"].type
    assert isinstance(parts, ListOf)
    assert isinstance(parts.item, Structure)
    inner = parts.item.fields[1].type
    assert isinstance(inner, ListOf)
    assert inner.item is parts.item


def test_replies_are_those_of_success(permits: DescribedContract) -> None:
    assert wire_of(permits, "create_permit").statuses == (201,)
    assert wire_of(permits, "search_permits").statuses == (200,)
    assert wire_of(permits, "delete_permits").statuses == (204,)
    by_name = {one.name: one for one in permits.operations}
    assert by_name["delete_permits"].reply is None
    assert isinstance(by_name["search_permits"].reply, ListOf)


def test_a_body_of_several_kinds_is_one_field(permits: DescribedContract) -> None:
    (body,) = request_of(permits, "search_permits").values()
    assert (body.name, body.place) == ("body", "whole_body")
    assert isinstance(body.type, OneOf)
    assert wire_of(permits, "search_permits").body == "whole"


def test_subtypes_are_told_by_their_discriminator(registry: DescribedContract) -> None:
    contact = request_of(registry, "register_person")["contact"].type
    assert isinstance(contact, OneOf)
    tags = [{field.wire: field.type for field in one.fields}["type"] for one in contact.options if isinstance(one, Structure)]
    assert tags == [Scalar(kind="text", values=("mail",)), Scalar(kind="text", values=("phone",))]


def test_null_is_said_of_the_field(registry: DescribedContract) -> None:
    fields = request_of(registry, "register_person")
    assert (fields["note"].type, fields["note"].nullable) == (Scalar(kind="text"), True)
    assert (fields["since"].type, fields["since"].nullable) == (Scalar(kind="date"), True)


def test_the_contracts_own_example_is_the_sample_where_it_fits(registry: DescribedContract) -> None:
    assert wire_of(registry, "register_person").reply_sample == {"code": "0", "number": "R-1"}


def test_credentials_are_those_that_the_contract_asks_for(permits: DescribedContract, registry: DescribedContract) -> None:
    assert permits.credentials == (Credential(kind="header", header="X-Api-Key", secrets=("key",)),)
    assert registry.credentials == (Credential(kind="basic", secrets=("username", "password")),)


def said(contract: DescribedContract, words: str) -> Gap:
    (gap,) = [gap for gap in contract.gaps if words in gap.what]
    return gap


def test_what_cannot_be_generated_is_said_with_its_line(permits: DescribedContract) -> None:
    lines = (ZOO / "permits-3.0.yaml").read_text("utf-8").splitlines()
    for words, begins, red in (
        ("cookie parameter session", "get:", False),
        ("Idempotency-Key", "post:", False),
        ("multipart/form-data", "requestBody:", True),
        ("202", "put:", False),
    ):
        gap = said(permits, words)
        file, _, line = gap.where.rpartition(":")
        assert (file, gap.red) == ("permits-3.0.yaml", red)
        assert lines[int(line) - 1].lstrip().startswith(begins), words


def test_a_contract_that_breaks_its_rules_is_used_with_a_warning(registry: DescribedContract) -> None:
    assert said(registry, "#/components/schemas/Nowhere").where == "registry-3.1.yaml:21"
    assert said(registry, "oddly/type: there is no type 'date'").where == "registry-3.1.yaml:22"
    assert said(registry, "oddly/required: ").where == "registry-3.1.yaml:22"
    assert said(registry, "wrong/pattern: it is no regular expression").where == "registry-3.1.yaml:23"
    assert request_of(registry, "register_person")["missing"].type == Scalar(kind="anything")


@pytest.mark.parametrize(
    ("schema", "red"),
    [
        ("{type: string}", False),
        ("{type: string, pattern: '^$|^[a-zA-Z0-9-]+$', maxLength: 40}", False),
        ("{type: string, format: uuid}", True),
        ("{type: string, maxLength: 32}", True),
        ("{$ref: '#/components/schemas/Key'}", True),
    ],
)
def test_a_key_of_another_form_than_ours_is_to_be_made_by_hand(tmp_path: Path, schema: str, *, red: bool) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: Keys, version: '1'}\npaths:\n  /a:\n    post:\n      operationId: act\n      parameters:\n"
        f"        - {{name: Idempotency-Key, in: header, schema: {schema}}}\n      responses: {{'204': {{description: done}}}}\n"
        "components: {schemas: {Key: {type: string, pattern: '^[0-9]+$'}}}\n",
        encoding="utf-8",
    )
    gaps = [gap for gap in openapi.read(file).gaps if "another form than call.key" in gap.what]
    assert [gap.red for gap in gaps] == ([True] if red else [])


def test_only_what_is_named_is_read() -> None:
    one = openapi.read(ZOO / "permits-3.0.yaml", only=["searchPermits"], read_only=["searchPermits"])
    assert [(operation.name, operation.read_only) for operation in one.operations] == [("search_permits", True)]


def test_a_personal_parameter_in_the_address_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(
        "openapi: 3.1.0\npaths:\n  /people/{bsn}:\n    get:\n"
        "      parameters: [{name: bsn, in: path, required: true, schema: {type: string}}]\n"
        "      responses: {'204': {description: x}}\n"
    )
    assert any("puts bsn into the address" in gap.what for gap in openapi.read(file).gaps)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("swagger: '2.0'\npaths: {}\n", 1, "Swagger 2.0"),
        ("a: [1\nb: 2\n", 2, "neither YAML nor JSON"),
        ("- 1\n", 1, "no object"),
        ("openapi: 3.1.0\ninfo: {}\n", 1, "no operations"),
    ],
)
def test_one_that_cannot_be_read_says_where_and_why(tmp_path: Path, text: str, line: int, why: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(UnreadableContractError, match=why) as raised:
        openapi.read(file)
    assert (raised.value.file, raised.value.line) == ("x.yaml", line)


def test_an_operation_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(UnreadableContractError, match=r"no operation nothing; there are: DELETE /permits/\{id\}, createPermit"):
        openapi.read(ZOO / "permits-3.0.yaml", only=["nothing"])


def test_operations_in_another_file_are_asked_for_in_one_document(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("openapi: 3.1.0\npaths: {/a: {$ref: paths/a.yaml}}\n")
    with pytest.raises(UnreadableContractError, match=r"outside of the document.* make one document of all"):
        openapi.read(file)


def test_a_second_parameter_of_the_same_name_is_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    parameters = "[{name: class, in: query, schema: {type: integer}}, {name: class, in: header, schema: {type: string}}]"
    file.write_text(f"openapi: 3.1.0\npaths: {{/a: {{get: {{operationId: a, parameters: {parameters}, responses: {{}}}}}}}}\n")
    contract = openapi.read(file)
    assert request_of(contract, "a")["class"].place == "query"
    assert any("the header parameter class is left out" in gap.what for gap in contract.gaps)


def test_bodies_that_are_no_json_are_written_as_the_contract_has_them() -> None:
    contract = openapi.read(ZOO / "bodies-3.0.yaml")
    form, files, xml = (wire_of(contract, name) for name in ("form", "files", "xml"))
    assert (form.media, form.encoding) == ("application/x-www-form-urlencoded", {"ids": {"style": "pipeDelimited", "explode": False}})
    assert (files.media, files.encoding) == ("multipart/form-data", {"photo": {"content_type": "image/png"}})
    assert request_of(contract, "files")["photo"].type == Scalar(kind="file")
    assert (xml.media, xml.root) == ("application/xml", {"name": "case", "namespace": "urn:x"})
    assert request_of(contract, "xml")["number"].xml == {"attribute": True}
    assert request_of(contract, "xml")["notes"].xml == {"wrapped": True}
    assert said(contract, "the reply is application/xml").red
    assert (contract.address, said(contract, "https://[server]/api is no address").where) == ("", "bodies-3.0.yaml:4")


@pytest.mark.parametrize(("style", "kind", "left"), [("deepObject", "string", 0), ("form", "string", 1), ("deepObject", "object", 1)])
def test_an_object_in_the_query_goes_out_as_parameters_of_its_fields(tmp_path: Path, style: str, kind: str, left: int) -> None:
    schema = f"{{type: object, properties: {{state: {{type: {kind}}}, n: {{type: integer}}}}}}"
    file = tmp_path / "deep.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /cases:\n    get:\n      operationId: cases\n"
        f"      parameters: [{{name: filter, in: query, style: {style}, schema: {schema}}}]\n"
        "      responses: {'204': {description: ok}}\n"
    )
    assert sum("filter is no single value" in gap.what for gap in openapi.read(file).gaps) == left
