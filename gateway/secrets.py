"""Secrets: from the environment or a file, never from YAML; our own keys are made at the first start."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from gateway.model.yaml_lines import ConfigError, ConfigProblem

_SIGNING_KEY = "audit-signing-key.pem"
_HMAC_KEY = "hmac.key"


class Secrets:
    """The secrets folder (0700; files 0600) with the environment over it."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._environment = os.environ if environment is None else environment

    def signing_key(self, *, make: bool = True) -> Ed25519PrivateKey:
        """The key that signs heads of the audit; made when there is none, unless ``make`` is off: a new one would verify nothing.

        Raises ConfigError when the file is not such a key, or is missing and must not be made.
        """
        file = self._folder / _SIGNING_KEY
        if not make and read_secret(file) is None:
            detail = "the key that the audit's heads were signed with is missing: put it back, or name its folder in GATEWAY_SECRETS"
            raise ConfigError([ConfigProblem(str(file), 0, "", detail)])
        pem = self._kept(file, _new_signing_key)
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # no PEM, or one under a passphrase
            raise _unusable(file, "an Ed25519 private key in PEM") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise _unusable(file, "an Ed25519 private key in PEM")
        return key

    def hmac_key(self, *, make: bool = True) -> bytes:
        """32 bytes that commitments and blind indexes are made with; made when there are none, unless ``make`` is off.

        Raises ConfigError when the file is not that, or is missing and must not be made.
        """
        file = self._folder / _HMAC_KEY
        if not make and read_secret(file) is None:
            detail = "the key that this journal was made with is missing: put it back, or name its folder in GATEWAY_SECRETS"
            raise ConfigError([ConfigProblem(str(file), 0, "", detail)])
        key = self._kept(file, lambda: secrets.token_bytes(32))
        if len(key) != 32:
            raise _unusable(file, "32 bytes")
        return key

    def of_department(self, department: str, names: tuple[str, ...], *, make: bool) -> dict[str, SecretStr]:
        """The secrets of one department. ``make``: those of its local sandbox, made by whoever comes first.

        Raises ConfigError that names every missing one and both ways to give it.
        """
        found: dict[str, SecretStr] = {}
        problems: list[ConfigProblem] = []
        for name in names:
            variable = f"GATEWAY_{department.upper()}_{name.upper()}"
            file = self._folder / "departments" / department / name
            try:
                value = self._environment.get(variable, "") or self._text(file)
                if not value and make:
                    value = self.keep(file, _new_secret()).decode().strip()
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

    def local_keys(self) -> Path:
        """The file that keeps API keys for local use (only ``serve --sandbox`` makes it)."""
        return self._folder / "local-keys.json"

    def keep(self, file: Path, content: bytes) -> bytes:
        """Write a file once, whole or not at all; whoever was first wins and everybody reads that. Raises ConfigError."""
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
            raise ConfigError([ConfigProblem(str(file), 0, "", f"cannot be made: {error.strerror}; see who may write there")]) from error

    def _kept(self, file: Path, make: Callable[[], bytes]) -> bytes:
        kept = read_secret(file)
        return self.keep(file, make()) if kept is None else kept

    def _text(self, file: Path) -> str:
        """A secret's file, without the white space around it; nothing when there is none."""
        kept = read_secret(file)
        try:
            text = (kept or b"").decode().strip()
        except UnicodeDecodeError as error:
            raise _unusable(file, "text in UTF-8") from error
        if kept is not None and not text:
            raise _unusable(file, "a secret: it is empty")
        return text


def read_secret(file: Path) -> bytes | None:
    """A file for us alone; none when there is none. Raises ConfigError when it cannot be read, or everybody could, or could replace it."""
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


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _new_secret() -> bytes:
    """Fit for any department's sandbox, Standard Webhooks among them."""
    return b"whsec_" + base64.b64encode(secrets.token_bytes(24))


def _unusable(file: Path, wanted: str) -> ConfigError:
    return ConfigError([ConfigProblem(str(file), 0, "", f"is not {wanted}: put the right file back, or remove it to have a new one made")])
