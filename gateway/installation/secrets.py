"""Secrets: from the environment or a file, never from YAML. The first start makes our own keys."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import SecretStr

from gateway.journal.audit.heads import sync_folder
from gateway.journal.audit.trust import public_text
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

_SIGNING_KEY = "audit-signing-key.pem"
_NEXT_KEY = "audit-signing-key.next.pem"
_PUBLIC_KEY = "audit-public-key.pem"
_HANDOVERS = "audit-handovers.json"
_HMAC_KEY = "hmac.key"
_LATER_HMAC_KEYS = "hmac-*.key"
#: The end of the name of an old secret that is still taken beside the new one.
_PREVIOUS = "_previous"


def variable_of(department: str, name: str) -> str:
    """Give the variable that a department's secret may come from."""
    return f"GATEWAY_{department.upper()}_{name.upper()}"


def given_in(department: str, name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """Give the variable that a department's secret comes from, None where it is in its file."""
    variable = variable_of(department, name)
    return variable if (os.environ if environment is None else environment).get(variable) else None


def place_told(department: str, name: str) -> str:
    """Give the place that a department's secret comes from: its variable, or its file as it lies in the folder of secrets."""
    return given_in(department, name) or _file_of(department, name).as_posix()


def _file_of(department: str, name: str) -> Path:
    return Path("departments", department, name)


class Secrets:
    """The secrets folder (0700, its files 0600) with the environment over it."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._environment = os.environ if environment is None else environment

    def signing_key(self, *, make: bool = True) -> Ed25519PrivateKey:
        """Give the key that signs the audit, made when there never was one. ``make`` is off where a new one would verify nothing.

        Raises ConfigError when the file is not such a key, or is missing and must not be made.
        """
        file = self._folder / _SIGNING_KEY
        if read_secret(file) is None and (not make or self.public_key() is not None):
            detail = (
                "the key that the audit was signed with is missing: put it back, or name its folder in GATEWAY_SECRETS. "
                "If it is lost for good: `gateway audit accept --lost-key --reason …`"
            )
            raise ConfigError([ConfigProblem(str(file), 0, "", detail)])
        return _private(file, self._kept(file, lambda: _pem(Ed25519PrivateKey.generate())))

    def public_key(self) -> Ed25519PublicKey | None:
        """Give the first key that signed the audit, where its proof begins, none before all of it is signed. Raises ConfigError."""
        file = self._folder / _PUBLIC_KEY
        pem = read_secret(file)
        return None if pem is None else public_of(file, pem)

    def first_key(self) -> Ed25519PublicKey:
        """Give the same, or for a journal from before the signing key's own. Raises ConfigError."""
        return self.public_key() or self.signing_key(make=False).public_key()

    def keep_public_key(self) -> None:
        """Keep the public key, unless one is kept: from here on all of the audit is signed. Raises ConfigError."""
        if self.public_key() is None:
            self.keep(self._folder / _PUBLIC_KEY, public_pem(self.signing_key(make=False).public_key()))

    def next_key(self) -> Ed25519PrivateKey:
        """Make the key that is to sign next, beside the one that does. Raises ConfigError."""
        file = self._folder / _NEXT_KEY
        self._remove(file)  # one that was never handed over to
        return _private(file, self.keep(file, _pem(Ed25519PrivateKey.generate())))

    def take_next_key(self, public: str, handovers: Sequence[object]) -> Ed25519PrivateKey | None:
        """Let the next key sign if it is the one that the last handover names, and give it, else none. Raises ConfigError.

        All ``handovers`` are kept beside it, since a journal that is put back to an older backup does not know them.
        """
        file = self._folder / _NEXT_KEY
        pem = read_secret(file)
        if pem is None or public_text((key := _private(file, pem)).public_key()) != public:
            return None
        kept = self._folder / _HANDOVERS
        draft = kept.with_suffix(".new")
        self._remove(draft)
        self.keep(draft, orjson.dumps(handovers))
        self._replace(draft, kept)
        self._replace(file, self._folder / _SIGNING_KEY)
        return key

    def handovers(self) -> list[dict[str, str]]:
        """Give the handovers of the signing key, oldest first, which prove themselves. Raises ConfigError."""
        try:
            return list(orjson.loads(read_secret(self._folder / _HANDOVERS) or b"[]"))
        except (orjson.JSONDecodeError, TypeError) as error:
            raise _unusable(self._folder / _HANDOVERS, "a list of handovers") from error

    def lost_signing_key(self) -> None:
        """Begin with new keys, since the one before is lost, and put its public key away. Raises ConfigError when it is there."""
        file = self._folder / _SIGNING_KEY
        if read_secret(file) is not None:
            raise ConfigError([ConfigProblem(str(file), 0, "", "the signing key is here: it is not lost")])
        if (before := self.public_key()) is not None:
            name = hashlib.sha256(before.public_bytes_raw()).hexdigest()[:16]
            self._replace(self._folder / _PUBLIC_KEY, self._folder / f"audit-public-key-{name}.pem")
        self.signing_key()
        self.keep_public_key()

    def kept_hmac_keys(self) -> tuple[bytes, ...]:
        """Give the keys of commitments that are there, oldest first, without making one. Raises ConfigError."""
        files = [self._folder / _HMAC_KEY, *sorted(self._folder.glob(_LATER_HMAC_KEYS))]
        return tuple(_of_32(file, kept) for file in files if (kept := read_secret(file)) is not None)

    def hmac_keys(self) -> tuple[bytes, ...]:
        """Give the same, for a journal that was made with some. Raises ConfigError when there is none."""
        return self.kept_hmac_keys() or (self.hmac_key(make=False),)

    def hmac_key_file(self, name: str) -> Path:
        """The file of a further key of commitments."""
        return self._folder / _LATER_HMAC_KEYS.replace("*", name)

    def hmac_key(self, *, make: bool = True) -> bytes:
        """Give the 32 bytes behind commitments and blind indexes, made when there are none, unless ``make`` is off.

        Raises ConfigError when the file is not that, or is missing and must not be made.
        """
        file = self._folder / _HMAC_KEY
        if not make and read_secret(file) is None:
            detail = "the key that this journal was made with is missing: put it back, or name its folder in GATEWAY_SECRETS"
            raise ConfigError([ConfigProblem(str(file), 0, "", detail)])
        return _of_32(file, self._kept(file, lambda: secrets.token_bytes(32)))

    def of_department(self, department: str, names: tuple[str, ...], *, make: bool) -> dict[str, SecretStr]:
        """Give the secrets of one department. ``make`` makes those of its local sandbox, once.

        Raises ConfigError that names every missing one and both ways to give it.
        """
        found: dict[str, SecretStr] = {}
        problems: list[ConfigProblem] = []
        for name in names:
            variable, file = self._variable(department, name), self.file_of(department, name)
            try:
                value = self._given(department, name)
                if not value and make:
                    value = self.keep(file, new_secret()).decode().strip()
            except ConfigError as error:
                problems += error.problems
                continue
            if value:
                found[name] = SecretStr(value)
            else:
                problems.append(
                    ConfigProblem(variable, 0, "", f"the secret {name} of {department} is missing: set {variable} or write it into {file}")
                )
        if problems:
            raise ConfigError(problems)
        return found

    def previous_of(self, department: str, names: tuple[str, ...]) -> dict[str, SecretStr]:
        """Give the old secrets of a department that are still taken, by name. Raises ConfigError."""
        given = {name: self._given(department, f"{name}{_PREVIOUS}") for name in names}
        return {name: SecretStr(value) for name, value in given.items() if value}

    def rotate(self, department: str, name: str, value: str, *, keep: bool) -> None:
        """Put a secret in the place of one, which ``keep`` still takes beside it until :meth:`end_previous`. Raises ConfigError."""
        file = self._own(department, name)
        before = self._text(file)
        if keep and before and before != value:
            self._put(self.file_of(department, f"{name}{_PREVIOUS}"), before.encode())
        self._put(file, value.encode())

    def end_previous(self, department: str, name: str) -> bool:
        """Take the old one no more. True when there was one. Raises ConfigError."""
        file = self._own(department, f"{name}{_PREVIOUS}")
        there = read_secret(file) is not None
        self._remove(file)
        return there

    def _own(self, department: str, name: str) -> Path:
        variable, file = self._variable(department, name), self.file_of(department, name)
        if self._environment.get(variable):
            also = f", and {variable}{_PREVIOUS.upper()} to the one before" if not name.endswith(_PREVIOUS) else ""
            raise ConfigError([ConfigProblem(variable, 0, "", f"the secret comes from this variable: set it to the new one{also}")])
        return file

    def _put(self, file: Path, content: bytes) -> None:
        draft = file.with_name(f"{file.name}.new")
        self._remove(draft)
        self.keep(draft, content)
        self._replace(draft, file)

    def file_of(self, department: str, name: str) -> Path:
        """Give the file of a department's secret, which a variable overrides."""
        return self._folder / _file_of(department, name)

    def place_of(self, department: str, name: str) -> str:
        """Give the place that a department's secret comes from: its variable, or its file."""
        return given_in(department, name, self._environment) or str(self.file_of(department, name))

    def _given(self, department: str, name: str) -> str:
        return self._environment.get(self._variable(department, name), "") or self._text(self.file_of(department, name))

    def _variable(self, department: str, name: str) -> str:
        return variable_of(department, name)

    def local_keys(self) -> Path:
        """The file of API keys for local use, which only ``serve --sandbox`` makes."""
        return self._folder / "local-keys.json"

    def local_sign_ins(self) -> Path:
        """The file of accounts' passwords for local use, which only ``serve --sandbox`` makes."""
        return self._folder / "local-sign-ins.json"

    def keep(self, file: Path, content: bytes) -> bytes:
        """Write a file once, whole or not at all. The first writer wins, and all others read its file. Raises ConfigError."""
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            for folder in reversed([file.parent, *file.parent.parents]):
                if folder.is_relative_to(self._folder):
                    folder.mkdir(exist_ok=True, mode=0o700)
            draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
            try:
                handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as out:
                    out.write(content)
                    out.flush()
                    os.fsync(out.fileno())
                with contextlib.suppress(FileExistsError):  # somebody was first
                    os.link(draft, file)
            finally:
                draft.unlink(missing_ok=True)
            return file.read_bytes()
        except OSError as error:
            raise _not_made(file, error) from error

    def _kept(self, file: Path, make: Callable[[], bytes]) -> bytes:
        kept = read_secret(file)
        return self.keep(file, make()) if kept is None else kept

    def _remove(self, file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise _not_made(file, error) from error

    def _replace(self, file: Path, by: Path) -> None:
        try:
            file.replace(by)
            sync_folder(self._folder)
        except OSError as error:
            raise _not_made(by, error) from error

    def _text(self, file: Path) -> str:
        """Read a secret's file, without the white space around it, nothing when there is none."""
        kept = read_secret(file)
        try:
            text = (kept or b"").decode().strip()
        except UnicodeDecodeError as error:
            raise _unusable(file, "text in UTF-8") from error
        if kept is not None and not text:
            raise _unusable(file, "a secret: it is empty")
        return text


def _of_32(file: Path, key: bytes) -> bytes:
    if len(key) != 32:
        raise _unusable(file, "32 bytes")
    return key


def read_secret(file: Path) -> bytes | None:
    """Read a file for us alone, none when there is none. Raises ConfigError if we cannot read it, or everybody could read or replace it."""
    try:
        folder = file.parent.stat().st_mode
        with file.open("rb") as opened:
            mode, content = os.fstat(opened.fileno()).st_mode, opened.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([ConfigProblem(str(file), 0, "", f"cannot be read: {error.strerror}; see who may read it")]) from error
    if mode & stat.S_IRWXO:
        raise ConfigError([ConfigProblem(str(file), 0, "", f"everybody on this machine can read or change it: chmod 600 {file}")])
    if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
        raise ConfigError([ConfigProblem(str(file), 0, "", f"everybody on this machine can replace it: chmod 700 {file.parent}")])
    return content


def public_of(file: Path, pem: bytes) -> Ed25519PublicKey:
    """Read the public key in a PEM file. Raises ConfigError."""
    with contextlib.suppress(ValueError, UnsupportedAlgorithm):
        if isinstance(key := serialization.load_pem_public_key(pem), Ed25519PublicKey):
            return key
    raise _unusable(file, "an Ed25519 public key in PEM")


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _private(file: Path, pem: bytes) -> Ed25519PrivateKey:
    with contextlib.suppress(ValueError, TypeError, UnsupportedAlgorithm):  # no PEM, or one under a passphrase
        if isinstance(key := serialization.load_pem_private_key(pem, password=None), Ed25519PrivateKey):
            return key
    raise _unusable(file, "an Ed25519 private key in PEM")


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def new_secret() -> bytes:
    """Make a secret that fits any department's sandbox, Standard Webhooks among them."""
    return b"whsec_" + base64.b64encode(secrets.token_bytes(24))


def _not_made(file: Path, error: OSError) -> ConfigError:
    return ConfigError([ConfigProblem(str(file), 0, "", f"cannot be made: {error.strerror}; see who may write there")])


def _unusable(file: Path, wanted: str) -> ConfigError:
    return ConfigError([ConfigProblem(str(file), 0, "", f"is not {wanted}: put the right file back, or remove it to have a new one made")])
