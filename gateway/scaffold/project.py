"""The making of a project: templates are rendered, samples written, and all is checked before it is anywhere to be seen."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from pydantic import BaseModel, ValidationError

from gateway.model import JsonObject, JsonView
from gateway.model.errors import GatewayError
from gateway.scaffold import trial_service
from gateway.scaffold.contract import names
from gateway.scaffold.contract.contract_files import deep, usual
from gateway.scaffold.contract.description import (
    ADDRESSED,
    DescribedContract,
    DescribedOperation,
    Gap,
    RestCall,
    Scalar,
    SoapCall,
    Structure,
    http_address,
)
from gateway.scaffold.models import Models, output_fields
from gateway.scaffold.samples.sampling import Sampler, types_in
from gateway.sdk import VERSION, wire_values
from gateway.sdk.http.request_bodies import media_kind
from gateway.sdk.http.service_path import service_path
from gateway.sdk.quality import RULES, Tier

_TEMPLATES = Path(__file__).parent / "templates"
_SPARE = ("truncated_reply_is_in_doubt", "wrong_charset_is_in_doubt")


class TargetExistsError(GatewayError):
    """An error for a target folder that exists and is not empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A written project: the folder, its files by path, the marked places (``file:line``), and the gaps."""

    folder: Path
    files: tuple[str, ...]
    marks: tuple[str, ...]
    gaps: tuple[Gap, ...] = field(default=())


def write(contract: DescribedContract, *, name: str, into: Path) -> Written:
    """Write the project of the adapter ``name`` into the folder ``into``, all of it or nothing.

    Raises :class:`TargetExistsError`, ``UnreadableContractError`` when its types are too deep to be written, or OSError when the folder
    cannot be written.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise TargetExistsError(f"{into} is there already: give another name, or another folder with --into")
    with deep(contract.file):
        files = _Project(contract, name).files()
    into.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=into.parent, prefix=f".{into.name}-"))
    try:
        for path, content in files.items():
            target = made / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        made.chmod(made.parent.stat().st_mode & 0o777)  # a temporary folder is its owner's alone
        made.replace(into)  # it takes the place of an empty folder
    except BaseException:
        shutil.rmtree(made)
        raise
    return Written(folder=into, files=tuple(files), marks=_marks(files), gaps=tuple(dict.fromkeys(contract.gaps)))


def _marks(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give the places where something is left to be filled in."""
    return tuple(
        f"{path}:{number}"
        for path, content in files.items()
        if path.endswith(".py")
        for number, line in enumerate(content.decode().splitlines(), 1)
        if "FILL IN" in line
    )


class _Project:
    """The files of one project."""

    def __init__(self, contract: DescribedContract, name: str) -> None:
        self._contract, self._name = contract, name
        self._package = f"{name}_adapter"
        self._soap = contract.style == "soap"
        asked = [operation.request for operation in contract.operations if operation.read_only]
        self._models = {side: Models(side, soap=self._soap, questions=asked) for side in ("requests", "replies", "outputs")}
        for operation in contract.operations:
            for models in self._models.values():
                models.add(operation)
        self._samples = {one.name: self._request_samples(one) for one in contract.operations}

    def files(self) -> dict[str, bytes]:
        """Give every file by its path."""
        package = f"src/{self._package}"
        titles = {
            "requests": f"What {self._contract.title} is sent, as its contract names it.",
            "replies": f"What {self._contract.title} answers.",
            "outputs": "What approved steps give to later ones. Keep what they need, and nothing about people beyond it.",
        }
        sources = {side: models.source(titles[side]) for side, models in self._models.items()}
        requests = _executed(sources["requests"])
        _executed(sources["replies"])
        self._check_samples(requests)
        context = self._context()
        kind = self._contract.style
        files = {f"{package}/{side}.py": text for side, text in sources.items() if side != "replies" or self._models["replies"].answers}
        for path, template in (
            ("pyproject.toml", "pyproject.toml"),
            (f"{package}/__init__.py", "init.py"),
            (f"{package}/adapter.py", f"adapter_{kind}.py"),
            (f"{package}/sandbox.py", f"sandbox_{kind}.py"),
            (f"{package}/quality.yaml", "quality.yaml"),
            ("tests/test_conformance.py", "test_conformance.py"),
            (f"config/departments/{self._name}.yaml", "department.yaml"),
            ("README.md", "README.md"),
        ):
            files[path] = _render(template, context)
        files[f"{package}/py.typed"] = ""
        files |= self._trial(requests)
        written = {path: text.encode() for path, text in files.items()}
        written |= {f"{package}/contract/{path}": content for path, content in self._contract.files.items()}
        written |= {f"{package}/samples/{path}": text.encode() for path, text in self._sample_files().items()}
        return dict(sorted(written.items()))

    def _request_samples(self, operation: DescribedOperation) -> tuple[JsonObject, JsonObject]:
        """Make two requests by our names, about different people."""
        pair = []
        for variant in (0, 1):
            sampler = Sampler("ours", variant, turn=operation.turns[variant])
            pair.append(dict(sampler.value(operation.request)))
            if not variant:
                where = f"samples/{operation.name}/request.json"
                self._contract.gaps.extend(
                    Gap(where=where, what=f"no value for {one} could be made: correct it", red=True) for one in sampler.unmet
                )
        return pair[0], pair[1]

    def _check_samples(self, requests: JsonView) -> None:
        """Hold the samples to the models, as the tests will."""
        for operation in self._contract.operations:
            model = requests[self._models["requests"].answers[operation.name]]
            for sample, file in zip(self._samples[operation.name], ("request", "other"), strict=True):
                try:
                    at = "" if self._goes_out(operation, model.model_validate(sample)) else "what its model makes of it"
                except ValidationError as error:
                    at = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors()[:3])
                if at:
                    what = f"it does not fit the contract at {at}: correct it"
                    self._contract.gaps.append(Gap(where=f"samples/{operation.name}/{file}.json", what=what, red=True))

    @staticmethod
    def _goes_out(operation: DescribedOperation, request: BaseModel) -> bool:
        """Tell whether the contract takes a request as the adapter sends it. One with files is judged by its sample alone."""
        inside = {one.wire: one for one in operation.request.fields if one.place not in ADDRESSED}
        if operation.fits is None or any(
            isinstance(one, Scalar) and one.kind == "file" for one in types_in(*(field.type for field in inside.values()))
        ):
            return True
        sent = {wire: value for wire, value in wire_values(request, "json").items() if wire in inside}
        whole = next((one.wire for one in inside.values() if one.place == "whole_body"), None)
        return operation.fits(sent if whole is None else sent.get(whole))

    def _sample_files(self) -> dict[str, str]:
        files: dict[str, str] = {}
        for operation in self._contract.operations:
            request, other = self._samples[operation.name]
            files[f"{operation.name}/request.json"] = _json(request)
            files[f"{operation.name}/other.json"] = _json(other)
            if isinstance(operation.wire, SoapCall):
                files[f"{operation.name}/reply.xml"] = operation.wire.reply_xml + "\n"
            else:
                reply: dict[str, object] = {"status": operation.wire.statuses[0]}
                if operation.reply is not None:
                    reply["body"] = operation.wire.reply_sample
                elif operation.wire.reply_media:
                    reply |= {"headers": {"Content-Type": operation.wire.reply_media}, "body": "what the department answers"}
                files[f"{operation.name}/reply.json"] = _json(reply)
        return files

    def _trial(self, requests: JsonView) -> dict[str, str]:
        """Make a service with the first operation that acts and whose request a form can fill in, and an application for it."""
        code = f"try-{self._name.replace('_', '-')}"
        models: dict[str, type[BaseModel]] = {name: requests[answer] for name, answer in self._models["requests"].answers.items()}
        lacks = {
            one.name: trial_service.lacking(model=models[one.name], request=self._samples[one.name][0]) for one in self._contract.operations
        }
        chosen = min(self._contract.operations, key=lambda one: (one.read_only, bool(lacks[one.name])))
        model, request = models[chosen.name], self._samples[chosen.name][0]
        if lacks[chosen.name]:
            needed = ", ".join(lacks[chosen.name][:3])
            what = f"{chosen.name} needs {needed}, of which the contract names no field, and a service shares fields by name: gateway "
            what += "check refuses it until requests.py says what stands there (or gives it a default) and it is shared here"
            self._contract.gaps.append(Gap(where=f"config/services/{code}.yaml", what=what))
        text = trial_service.service(
            code=code, title=self._contract.title, department=self._name, operation=chosen.name, model=model, request=request
        )
        return {
            f"config/services/{code}.yaml": text,
            f"config/services/{code}.sample.json": trial_service.sample(code=code, model=model, request=request),
        }

    def _context(self) -> JsonObject:
        contract = self._contract
        described = [self._described(one) for one in contract.operations]
        headers = [one for one in contract.credentials if one.kind != "query"]
        params = [one for one in contract.credentials if one.kind == "query"]
        secrets = list(dict.fromkeys(secret for one in contract.credentials for secret in one.secrets))
        return {
            "name": self._name,
            "dashed": self._name.replace("_", "-"),
            "package": self._package,
            "cls": names.pascal(self._name),
            "title": contract.title,
            "doc": contract.doc,
            "contract": contract,
            "soap": self._soap,
            "operations": described,
            "red": any(gap.red for gap in contract.gaps),
            "gaps": list(dict.fromkeys(contract.gaps)),
            "sdk_version": ".".join(VERSION.split(".")[:2]),
            "rules": [(tier.value, [rule for rule in RULES if rule.tier is tier]) for tier in Tier if tier is not Tier.NONE],
            "secret_names": secrets,
            "secrets": {secret: f"{secret}-of-the-sandbox" for secret in secrets},
            "header_credentials": headers,
            "param_credentials": params,
            "has_params": bool(params),
            "has_basic": any(one.kind == "basic" for one in headers),
            "has_questions": any(one.read_only for one in contract.operations),
            "has_actions": any(not one.read_only for one in contract.operations),
            "has_replies": bool(self._models["replies"].answers),
            "has_nothing": any(not one["reply_class"] for one in described),
            "has_models": any(one["reply_is_model"] for one in described),
            "has_typed": any(one["reply_class"] and not one["reply_is_model"] for one in described),
            "has_encoding": any(isinstance(one.wire, RestCall) and one.wire.encoding for one in contract.operations),
            "has_xml": any(one["is_xml"] for one in described),
            "has_refusals": self._soap and any(one.wire.faults for one in contract.operations if isinstance(one.wire, SoapCall)),
            "harmless": next((one for one in described if one["harmless"]), None),
            "questions": [one.name for one in contract.operations if one.read_only],
            "addressed": {one["name"]: one["addressed"] for one in described if one["addressed"]},
            "skips": dict(self._skips()),
            "address": http_address(contract.address),
            "path": service_path(contract.address) or "/",
            **self._soap_context(),
        }

    def _skips(self) -> Iterator[tuple[str, str]]:
        """Give the tests that mean nothing for an operation whose reply has no body."""
        for one in self._contract.operations:
            if isinstance(one.wire, RestCall) and one.reply is None and not one.wire.reply_media:
                tests = _SPARE if one.wire.statuses[0] == 204 else (*_SPARE, "empty_reply_is_in_doubt")
                yield from ((f"{test}[{one.name}]", "its reply has no body") for test in tests)

    def _soap_context(self) -> JsonObject:
        wires = {one.name: one.wire for one in self._contract.operations if isinstance(one.wire, SoapCall)}
        by_message: dict[str, list[str]] = {}
        for name, wire in wires.items():
            by_message.setdefault(wire.message, []).append(name)
        headers = _headers({name: wire.headers for name, wire in wires.items() if wire.headers is not None})
        return {
            "messages": {message: names[0] for message, names in by_message.items()},
            "actions": {
                wires[name].action: name for names in by_message.values() if len(names) > 1 for name in names if wires[name].action
            },
            "headers": headers,
            "header_methods": {name: one["method"] for one in headers for name in one["operations"]},
        }

    def _described(self, operation: DescribedOperation) -> JsonObject:
        """Describe an operation with the values that the templates need."""
        fields, path = output_fields(operation)
        single = operation.reply_name and not isinstance(operation.reply, Structure)
        reply_class = self._models["replies"].answers.get(operation.name)
        every = [*operation.request.fields, *([operation.key] if operation.key else [])]
        placed = {place: [one for one in every if one.place == place] for place in ("path", "query", "header")}
        return {
            "name": operation.name,
            "title": operation.title or operation.name,
            "doc": operation.doc,
            "read_only": operation.read_only,
            "wire": operation.wire,
            "key_field": operation.key.wire if operation.key else "",
            "faults": operation.wire.faults if isinstance(operation.wire, SoapCall) else (),
            "harmless": operation.read_only and not any(operation.request.required()),
            "request_class": self._models["requests"].answers[operation.name],
            "output_class": self._models["outputs"].answers[operation.name],
            "output_fields": [{"name": one.name, "value": "reply" if single else f"reply{path}.{one.name}"} for one in fields],
            "is_xml": isinstance(operation.wire, RestCall) and bool(operation.wire.body) and media_kind(operation.wire.media) == "xml",
            "reply_class": reply_class,
            "reply_is_model": isinstance(operation.reply, Structure) and bool(operation.reply.fields),
            "placed": {place: [one.wire for one in some] for place, some in placed.items()},
            "addressed": [one.name for one in operation.request.fields if one.place in placed],
            "body_field": next((one.name for one in operation.request.fields if one.place == "whole_body"), ""),
        }


def _headers(of: Mapping[str, Structure]) -> list[JsonObject]:
    """Give the operations' SOAP headers, each different set once, since parts of one name may be of different elements."""
    alike: list[JsonObject] = []
    for name, header in of.items():
        sample = Sampler("wire", people=False).value(header)
        known = next((one for one in alike if one["sample"] == sample), None)
        if known is None:
            alike.append(
                {"method": f"_{name}_headers", "names": [one.wire for one in header.fields], "sample": sample, "operations": [name]}
            )
        else:
            known["operations"].append(name)
    return alike if len(alike) > 1 else [{**one, "method": "_headers"} for one in alike]


def _render(template: str, context: JsonView) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # Python, YAML and Markdown are written, no page
    )
    environment.filters |= {"text": names.text, "doc": names.doc, "python": names.python, "yaml": names.text}
    rendered = environment.get_template(f"{template}.jinja").render(context)
    return "\n".join(line.rstrip() for line in rendered.splitlines()) + "\n"


def _executed(text: str) -> JsonObject:
    """Execute a module that was just written, and give its names. SyntaxError or pydantic's errors are mistakes of the generator."""
    namespace: JsonObject = {"__name__": "generated"}
    with usual():
        exec(compile(text, "<generated>", "exec"), namespace)  # noqa: S102  # it was written a moment ago, by us
        for value in list(namespace.values()):
            if isinstance(value, type) and issubclass(value, BaseModel):
                value.model_rebuild(_types_namespace=namespace)
    return namespace


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
