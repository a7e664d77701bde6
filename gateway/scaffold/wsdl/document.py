"""A reader of a WSDL: zeep describes it, as it will when the adapter calls, and the notes of its schemas add what zeep leaves out."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Final

from lxml import etree
from zeep.wsdl.bindings.soap import Soap12Binding, SoapBinding
from zeep.wsdl.messages import RpcMessage
from zeep.xsd import ComplexType

from gateway.model import JsonView
from gateway.scaffold.contract.contract_files import UnreadableContractError, deep, wsdl_files
from gateway.scaffold.contract.dangling import Dangling, dangling, line_of
from gateway.scaffold.contract.description import DescribedContract, DescribedOperation, Gap, SoapCall, Structure
from gateway.scaffold.contract.names import OPERATIONS_BESIDE, OPERATIONS_TAKEN, Names, vocabulary_of
from gateway.scaffold.samples.sampling import Heights, Sampler
from gateway.scaffold.wsdl.notes import SchemaNotes, client_certificate, unread
from gateway.scaffold.wsdl.types import SINGLE, XsdTypes
from gateway.sdk.contracts.wsdl_schema import NO_SCHEMAS, WSDL, schema_of
from gateway.sdk.soap import ContractError
from gateway.sdk.soap.contract import read_wsdl
from gateway.sdk.soap.plans.content import NotCoveredError
from gateway.sdk.soap.plans.request import RequestPlan

_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_HARMLESS: Final = frozenset({"ping", "echo", "status", "health", "is_alive", "get_version", "version"})


def read(file: Path, *, only: Collection[str] = (), read_only: Collection[str] = ()) -> DescribedContract:
    """Read the WSDL in ``file`` with everything beside it that it refers to.

    ``only`` names the operations wanted (none: all), ``read_only`` those that change nothing. Raises ``UnreadableContractError`` when it
    cannot be read, or has no such operation.
    """
    files, roots, missing, wsdl = _opened(file)
    name, service = next(iter(files)), next(iter(wsdl.services), "")
    gaps = [Gap(where=f"{one.file}:{one.line}", what=f"{one.what}: operations that need it are left out") for one in missing]
    gaps += unread(roots)
    port = _port(wsdl, file, gaps, missing)
    bound = port.binding.all()
    _refuse_unknown({*only, *read_only}, bound, file)
    vocabulary = vocabulary_of(b"\n".join(files.values()))
    notes = SchemaNotes(roots.values())
    usable, why = schema_of(file)
    if usable is None and why != NO_SCHEMAS:
        gaps.append(Gap(where=name, what=f"its schemas do not compile ({why}): messages are held to the generated models alone"))
    rpc = any(isinstance(one.input, RpcMessage) for one in bound.values())
    reader = _Operations(
        types=XsdTypes(notes, gaps, vocabulary),
        notes=notes,
        names=Names(taken=OPERATIONS_TAKEN, beside=OPERATIONS_BESIDE, vocabulary=vocabulary),
        gaps=gaps,
        docs=_documentation(roots.values()),
        lines=_lines(roots),
        read_only=frozenset(read_only),
        schema=None if rpc else usable,
    )
    with deep(name):
        described = [reader.read(key, one) for key, one in bound.items() if not only or key in only]
    operations = [one for one in described if one is not None]
    if not operations:
        left_out = "; ".join(f"{gap.where}: {gap.what}" for gap in gaps if "left out" in gap.what)
        raise _unreadable(file, missing, f"it has no operation that can be called ({left_out or 'its binding has none'})")
    if (demand := client_certificate(roots)) is not None:
        gaps.append(demand)
    return DescribedContract(
        style="soap",
        title=service,
        doc=reader.docs.get(service, ""),
        file=name,
        files=files,
        operations=operations,
        address=str(port.binding_options.get("address") or ""),
        schema_usable=usable is not None and not rpc,
        soap_version="1.2" if isinstance(port.binding, Soap12Binding) else "1.1",
        gaps=gaps,
    )


def operations_of(file: Path) -> dict[str, str]:
    """Give the names of the operations of a WSDL with their documentation."""
    _, roots, missing, wsdl = _opened(file)
    docs = _documentation(roots.values())
    return {name: docs.get(name, "") for name in _port(wsdl, file, [], missing).binding.all()}


def _opened(file: Path) -> tuple[dict[str, bytes], dict[str, etree._Element], Sequence[Dangling], Any]:
    """Give a WSDL's files with their roots, the names that nobody defines, and zeep's reading of it.

    A name that a type lacks is an error to zeep, while for a message it only warns and drops the operation.
    """
    folder, files, roots = wsdl_files(file)
    missing = tuple(dangling(roots))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its warnings are about the missing names
            return files, roots, missing, read_wsdl(file, folder=folder).wsdl
    except ContractError as error:
        raise _unreadable(file, missing, str(error)) from error


def _unreadable(file: Path, missing: Sequence[Dangling], why: str) -> UnreadableContractError:
    """Make the error that names the first wrong place, or else gives the reason."""
    if not missing:
        return UnreadableContractError(file.name, 0, why)
    more = f" (and {len(missing) - 1} more such names)" if len(missing) > 1 else ""
    return UnreadableContractError(missing[0].file, missing[0].line, missing[0].what + more)


def _port(wsdl: Any, file: Path, gaps: list[Gap], missing: Sequence[Dangling]) -> Any:
    """Give the first port if it speaks SOAP, since the adapter takes the same."""
    ports = [port for service in wsdl.services.values() for port in service.ports.values()]
    if not ports:
        raise _unreadable(file, missing, "it has no service with a port: the document that has one is wanted")
    first = ports[0]
    if not isinstance(first.binding, SoapBinding):
        raise UnreadableContractError(file.name, 0, f"its first port {first.name} does not speak SOAP")
    if len(ports) > 1:
        others = ", ".join(port.name for port in ports[1:])
        gaps.append(Gap(where=file.name, what=f"it has several ports; {first.name} is used (others: {others})"))
    return first


def _refuse_unknown(wanted: Collection[str], bound: JsonView, file: Path) -> None:
    if missing := sorted(set(wanted) - set(bound)):
        raise UnreadableContractError(
            file.name, 0, f"it has no operation {', '.join(missing)}; there are: {', '.join(sorted(bound)) or 'none'}"
        )


def _documentation(roots: Collection[etree._Element]) -> dict[str, str]:
    """Give the ``wsdl:documentation`` of operations and services, by name."""
    found: dict[str, str] = {}
    for root in roots:
        for node in root.iter(f"{{{WSDL}}}documentation"):
            owner = node.getparent()
            text = " ".join("".join(str(part) for part in node.itertext()).split())
            if owner is not None and text and (name := owner.get("name")):
                found.setdefault(name, text)
    return found


def _lines(roots: Mapping[str, etree._Element]) -> dict[str, str]:
    """Give the place of each operation of a port type (``file:line``), by its name."""
    found: dict[str, str] = {}
    for file, root in roots.items():
        for node in root.iter(f"{{{WSDL}}}operation"):
            owner = node.getparent()
            if owner is not None and owner.tag == f"{{{WSDL}}}portType":
                found.setdefault(node.get("name", ""), f"{file}:{line_of(node)}")
    return found


@dataclass(slots=True, kw_only=True)
class _Operations:
    """The reader of a binding's operations."""

    types: XsdTypes
    notes: SchemaNotes
    names: Names
    gaps: list[Gap]
    docs: dict[str, str]
    lines: dict[str, str]
    read_only: frozenset[str]
    schema: etree.XMLSchema | None

    def read(self, name: str, bound: Any) -> DescribedOperation | None:
        """Describe one operation, or give None when it cannot be called at all."""
        ours = self.names.named(name, otherwise="operation")
        if bound.input is None:
            self._say(name, "it takes no message: the department would call us, so it is left out")
            return None
        if bound.output is None or (bound.output.envelope is None and bound.output.abstract is None and not bound.abstract.output_message):
            self._say(name, "it is one-way: nothing comes back that could prove anything, so it is left out")
            return None
        request = self._request(name, bound)
        rpc = isinstance(bound.input, RpcMessage)
        reply, reply_name = self.types.reply(bound.output)
        heights = Heights()
        if (endless := next((one for one in (request, reply) if one is not None and heights.of(one) == inf), None)) is not None:
            self._say(name, f"{getattr(endless, 'name', 'its reply')} needs another of itself without end: it is left out")
            return None
        self._check_request(ours, bound, request)
        harmless = ours in _HARMLESS and not request.fields
        return DescribedOperation(
            name=ours,
            wire=SoapCall(
                operation=name,
                action=bound.soapaction or "",
                message=_message(bound, rpc=rpc),
                reply_xml=self._reply_xml(ours, bound),
                faults=_faults(bound),
                headers=self._headers(name, bound),
            ),
            request=request,
            reply=reply,
            reply_name=reply_name,
            title=name,
            doc=self.docs.get(name, ""),
            read_only=name in self.read_only or harmless,
        )

    def _say(self, name: str, what: str) -> None:
        self.gaps.append(Gap(where=self.lines.get(name, f"operation {name}"), what=f"{name}: {what}"))

    def _request(self, name: str, bound: Any) -> Structure:
        body = bound.input.body
        if body is None:
            return Structure(name=name)
        request = self.types.structure_of(body.type, name)
        doc = "" if body.qname is None else self.notes.of_element((body.qname.namespace or "", body.qname.localname))
        return Structure(name=name, doc=request.doc or doc, fields=request.fields)

    def _headers(self, name: str, bound: Any) -> Structure | None:
        header = bound.input.header
        if header is None or not header.type.elements:
            return None
        self._say(name, "it declares SOAP headers: fill them in in adapter.py")
        return self.types.structure_of(header.type, f"{name}Header")

    def _reply_xml(self, ours: str, bound: Any) -> str:
        """Write a valid reply's element in the Body, as zeep does."""
        body = bound.output.body
        if body is None:  # an rpc reply has its wrapper all the same
            namespace = bound.input.body.qname.namespace if isinstance(bound.input, RpcMessage) and bound.input.body is not None else ""
            return f'<ns0:{bound.name}Response xmlns:ns0="{namespace}"/>' if namespace else ""
        sampler = Sampler("wire")
        parent = etree.Element("Body")
        try:
            self._render(parent, bound.output, sampler.value(self.types.structure_of(body.type, bound.name)))
            if isinstance(bound.output, RpcMessage):  # zeep takes the message's name, but servers take WS-I's (Basic Profile, R2729)
                parent[0].tag = f"{{{body.qname.namespace or ''}}}{_reply_name(bound)}"
        except Exception as error:  # noqa: BLE001  # zeep raises many kinds, and a reply that it cannot write is left to be filled in
            self._wrong_sample(f"{ours}/reply.xml", f"no valid reply could be made ({type(error).__name__}): write it")
            return f'<{_reply_name(bound)} xmlns="{body.qname.namespace or ""}"/>' if body.qname is not None else ""
        if len(parent) and (why := self._misfit(parent[0])):
            self._wrong_sample(f"{ours}/reply.xml", f"it does not fit the contract: {why}: correct it")
        # Prefixes in xsi:type are values, which lxml does not know.
        etree.cleanup_namespaces(parent, keep_ns_prefixes={str(node.get(_XSI_TYPE, "")).partition(":")[0] for node in parent.iter()} - {""})
        return "".join(etree.tostring(child, encoding="unicode", pretty_print=True) for child in parent).strip()

    def _check_request(self, ours: str, bound: Any, request: Structure) -> None:
        """Hold both samples of the request to the contract, as its sandbox will."""
        if self.schema is None or bound.input.body is None:
            return
        for variant, file in enumerate(("request", "other")):
            parent = etree.Element("Body")
            try:
                self._render(parent, bound.input, Sampler("wire", variant).value(request))
                why = self._misfit(parent[0])
            except Exception as error:  # noqa: BLE001  # zeep raises many kinds, and a request that it cannot write is left to be filled in
                why = f"it cannot be written ({type(error).__name__})"
            if why:
                self._wrong_sample(f"{ours}/{file}.json", f"it does not fit the contract: {why}: correct it")

    def _misfit(self, message: etree._Element) -> str:
        """Say what the schemas do not take of a message, or give "" where they take it, or there are none."""
        if self.schema is None or self.schema.validate(message):
            return ""
        first: Any = self.schema.error_log[0]  # type: ignore[index]  # lxml-stubs do not know what a log holds
        return " ".join(first.message.split())

    def _wrong_sample(self, file: str, what: str) -> None:
        self.gaps.append(Gap(where=f"samples/{file}", what=what, red=True))

    @staticmethod
    def _render(parent: etree._Element, message: Any, value: dict[str, Any]) -> None:
        """Write values as the adapter does: by a plan, or by zeep."""
        try:
            written = RequestPlan(message).write(value)
        except NotCoveredError:
            body = message.body
            body.render(parent, body(**value) if isinstance(body.type, ComplexType) else body(value[SINGLE]))
        else:
            parent.append(etree.fromstring(written))


def _message(bound: Any, *, rpc: bool) -> str:
    body = bound.input.body
    if body is None:
        return ""
    return f"{{{body.qname.namespace or ''}}}{bound.name if rpc else body.qname.localname}"


def _faults(bound: Any) -> tuple[str, ...]:
    """Give the elements in the details of the faults that the operation declares."""
    parts = [part for message in bound.abstract.fault_messages.values() for part in message.parts.values()]
    return tuple(dict.fromkeys(str(part.element.qname.localname) for part in parts if part.element is not None))


def _reply_name(bound: Any) -> str:
    return f"{bound.name}Response" if isinstance(bound.output, RpcMessage) else str(bound.output.body.qname.localname)
