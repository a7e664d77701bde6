"""Secrets: where they come from, who may read them, and what is said when one is missing."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, PublicFormat

from gateway.installation.secrets import Secrets, place_told
from gateway.sdk.webhooks import Webhook
from gateway.texts.yaml_lines import ConfigError
from tests.patience import output


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_our_own_keys_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var.secrets"
    first, again = Secrets(folder), Secrets(folder)
    public = [s.signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for s in (first, again)]
    assert public[0] == public[1]
    assert first.hmac_key() == again.hmac_key()
    assert len(first.hmac_key()) == 32
    assert mode(folder) == 0o700
    assert {mode(file) for file in folder.iterdir()} == {0o600}


def test_a_secret_comes_from_the_environment_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "departments" / "tax" / "token"
    write(file, b"from the file\n")
    assert Secrets(tmp_path, {}).of_department("tax", ("token",), make=False)["token"].get_secret_value() == "from the file"
    given = Secrets(tmp_path, {"GATEWAY_TAX_TOKEN": "from outside"}).of_department("tax", ("token",), make=False)
    assert given["token"].get_secret_value() == "from outside"
    assert "outside" not in repr(given)


def test_every_missing_secret_is_named_with_both_ways_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Secrets(tmp_path, {}).of_department("real_estate", ("app_secret", "callback_secret"), make=False)
    assert len(caught.value.problems) == 2
    assert "GATEWAY_REAL_ESTATE_APP_SECRET" in str(caught.value)
    assert str(tmp_path / "departments" / "real_estate" / "callback_secret") in str(caught.value)


def test_a_sandbox_and_its_adapter_share_what_whoever_came_first_made(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        many = list(pool.map(lambda _: Secrets(tmp_path, {}).of_department("tax", ("token",), make=True)["token"], range(16)))
    assert len({secret.get_secret_value() for secret in many}) == 1
    folder = tmp_path / "departments" / "tax"
    assert [(file.name, mode(file)) for file in folder.iterdir()] == [("token", 0o600)]
    assert (mode(folder), mode(folder.parent)) == (0o700, 0o700)


_MAKER = """
import sys
from pathlib import Path
from gateway.installation.secrets import Secrets
s = Secrets(Path(sys.argv[1]), {})
sys.stdin.readline()
token = s.of_department("tax", ("token",), make=True)["token"].get_secret_value()
print(s.hmac_key().hex(), s.signing_key().private_bytes_raw().hex(), token)
"""


def test_processes_that_start_at_once_make_the_same_keys(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _MAKER, str(tmp_path / "s")]
    makers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("\n")
        maker.stdin.flush()
    said = {output(maker)[0] for maker in makers}
    assert len(said) == 1
    assert len(said.pop().split()) == 3
    assert sorted(file.name for file in (tmp_path / "s").iterdir()) == ["audit-signing-key.pem", "departments", "hmac.key"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "departments" / "tax" / "token"
    folder.mkdir(parents=True)  # reading a folder fails for everybody, whoever runs the tests
    with pytest.raises(ConfigError) as caught:
        Secrets(tmp_path, {}).of_department("tax", ("token",), make=True)
    assert [(problem.file, problem.detail[:14]) for problem in caught.value.problems] == [(str(folder), "cannot be read")]


def test_a_made_secret_signs_webhooks(tmp_path: Path) -> None:
    secret = Secrets(tmp_path, {}).of_department("real_estate", ("callback_secret",), make=True)["callback_secret"]
    hook = Webhook(secret)
    assert hook.verify(hook.sign("msg_1", b"{}"), b"{}") == "msg_1"


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"])
def test_a_wrong_key_is_refused_never_replaced(tmp_path: Path, content: bytes) -> None:
    for name in ("audit-signing-key.pem", "hmac.key"):
        write(tmp_path / name, content)
    with pytest.raises(ConfigError, match=r"audit-signing-key\.pem"):
        Secrets(tmp_path).signing_key()
    with pytest.raises(ConfigError, match=r"hmac\.key"):
        Secrets(tmp_path).hmac_key()
    assert (tmp_path / "hmac.key").read_bytes() == content


def test_a_key_under_a_passphrase_is_refused(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    write(tmp_path / "audit-signing-key.pem", key)
    with pytest.raises(ConfigError, match="is not an Ed25519 private key"):
        Secrets(tmp_path).signing_key()


@pytest.mark.parametrize("make", [False, True])
@pytest.mark.parametrize(("content", "says"), [(b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "UTF-8")])
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes, says: str, make: bool) -> None:  # noqa: FBT001  # parametrised
    file = tmp_path / "departments" / "tax" / "token"
    write(file, content)
    with pytest.raises(ConfigError, match=says):
        Secrets(tmp_path, {}).of_department("tax", ("token",), make=make)


def test_white_space_around_a_secret_is_not_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "departments" / "tax" / "token"
    write(file, b"t\r\n")
    assert Secrets(tmp_path, {}).of_department("tax", ("token",), make=True)["token"].get_secret_value() == "t"


def test_an_empty_variable_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="GATEWAY_TAX_TOKEN"):
        Secrets(tmp_path, {"GATEWAY_TAX_TOKEN": ""}).of_department("tax", ("token",), make=False)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match=r"taken/hmac\.key: cannot be"):
        Secrets(tmp_path / "taken").hmac_key()


def test_a_missing_signing_key_is_not_made_for_who_verifies(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing: put it back"):
        Secrets(tmp_path).signing_key(make=False)
    assert not list(tmp_path.iterdir())
    made = Secrets(tmp_path).signing_key()
    assert Secrets(tmp_path).signing_key(make=False).private_bytes_raw() == made.private_bytes_raw()


@pytest.mark.parametrize("bits", [0o004, 0o002, 0o001])
def test_a_secret_that_everybody_can_read_or_change_is_refused_with_the_mend(tmp_path: Path, bits: int) -> None:
    secrets = Secrets(tmp_path, {})
    secrets.signing_key()
    secrets.hmac_key()
    token = tmp_path / "departments" / "tax" / "token"
    write(token, b"t")
    for file, read in (
        (tmp_path / "audit-signing-key.pem", secrets.signing_key),
        (tmp_path / "hmac.key", secrets.hmac_key),
        (token, lambda: secrets.of_department("tax", ("token",), make=True)),
    ):
        file.chmod(0o640 | bits)
        with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
            read()
        file.chmod(0o640)  # the group's business is the operator's
        read()


def test_a_secret_in_a_folder_that_everybody_can_change_is_refused_with_the_mend(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {})
    secrets.hmac_key()
    tmp_path.chmod(0o777)
    with pytest.raises(ConfigError, match=f"chmod 700 {tmp_path}"):
        secrets.hmac_key()
    tmp_path.chmod(0o1777)  # as Kubernetes mounts secrets: others make files there, but replace none
    secrets.hmac_key()


def test_the_place_of_a_secret_is_told_without_the_machines_own_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_TAX_TOKEN", raising=False)
    assert place_told("tax", "token") == "departments/tax/token"
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", "s3cret")
    assert place_told("tax", "token") == "GATEWAY_TAX_TOKEN"
