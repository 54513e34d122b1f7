"""The environment: complete, or one error that names everything wrong with it."""

import json
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from responder.errors import SettingsError
from responder.settings import Settings, is_loopback, load_settings

PRODUCTION = {
    "RESPONDER_PUBLIC_URL": "https://sms.example",
    "RESPONDER_DATABASE_URL": "postgresql://responder:hemligt@db.example/responder",
    "RESPONDER_SECRET_KEY": "nyckel-1",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token-1",
}
SECRETS = ("RESPONDER_SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "local-secrets.json"


def load(secrets_file: Path, **environ: str) -> Settings:
    return load_settings(environ, secrets_file)


def fault(secrets_file: Path, **environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        load(secrets_file, **environ)
    assert not secrets_file.exists()
    return str(raised.value)


def test_an_empty_environment_is_local_mode(secrets_file: Path) -> None:
    settings = load(secrets_file)
    assert settings.local
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == "sqlite:///var/responder.db"
    assert settings.config == Path("config")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RESPONDER_PUBLIC_URL", "https://sms.example"),
        ("RESPONDER_DATABASE_URL", "postgresql:///responder"),
        ("TWILIO_ACCOUNT_SID", "AC" + "1" * 32),
        ("TWILIO_AUTH_TOKEN", "token-1"),
        ("TWILIO_AUTH_TOKEN_NEXT", "token-2"),
    ],
)
def test_each_sign_of_the_outside_world_ends_local_mode(
    secrets_file: Path, name: str, value: str
) -> None:
    told = fault(secrets_file, **{name: value})
    missing = [secret for secret in SECRETS if secret != name]
    assert all(f"{secret} is missing" in told for secret in missing)
    assert f"{name} is missing" not in told


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_missing_secret_stops_the_start_with_its_name(
    secrets_file: Path, name: str, value: str | None
) -> None:
    environ = PRODUCTION | {name: value} if value is not None else dict(PRODUCTION)
    if value is None:
        del environ[name]
    told = fault(secrets_file, **environ)  # type: ignore[arg-type]
    assert [secret for secret in SECRETS if f"{secret} is missing" in told] == [name]


def test_everything_wrong_is_told_at_once(secrets_file: Path) -> None:
    told = fault(
        secrets_file,
        PORT="http",
        RESPONDER_PUBLIC_URL="http://sms.example",
        RESPONDER_DATABASE_URL="mysql://root:hemligt@db/x",
    )
    names = ["PORT", "RESPONDER_DATABASE_URL", "RESPONDER_PUBLIC_URL", *SECRETS]
    assert sorted(line.split()[0] for line in told.splitlines()[1:]) == sorted(names)
    assert "hemligt" not in told


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "https://127.0.0.1", "HTTP://LOCALHOST"],
)  # fmt: skip
def test_plain_http_is_allowed_on_loopback(secrets_file: Path, url: str) -> None:
    settings = load(secrets_file, RESPONDER_PUBLIC_URL=url)
    assert settings.local
    assert settings.public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example",
        "http://127.0.0.1.example",
        "http://127.0.0.1@sms.example",
        "http://localhost.example",
        "http://10.0.0.1",
        "sms.example",
        "ftp://sms.example",
        "https://",
        "https://sms.example/?a=b",
        "https://sms.example/#a",
        "https://user:hemligt@sms.example",
        "https://sms.example:99999",
        "https://sms.example:port",
        "https://[",
    ],
)
def test_a_public_url_is_https_and_an_address_alone(secrets_file: Path, url: str) -> None:
    assert "RESPONDER_PUBLIC_URL is" in fault(
        secrets_file, **PRODUCTION | {"RESPONDER_PUBLIC_URL": url}
    )


@pytest.mark.parametrize("url", ["postgres://db/x", "mysql://db/x", "var/responder.db", "garbage"])
def test_only_the_two_databases_are_taken(secrets_file: Path, url: str) -> None:
    told = fault(secrets_file, **PRODUCTION | {"RESPONDER_DATABASE_URL": url})
    assert "RESPONDER_DATABASE_URL begins with neither sqlite:/// nor postgresql://" in told


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8 000", "٨٠٠٠", "1e3"])
def test_a_port_is_a_number_that_can_be_listened_on(secrets_file: Path, port: str) -> None:
    assert f'PORT is "{port}"' in fault(secrets_file, PORT=port)


def test_what_surrounds_a_value_is_not_part_of_it(secrets_file: Path) -> None:
    untidy = {name: f" {value}\n" for name, value in PRODUCTION.items()}
    assert load(secrets_file, **untidy) == load(secrets_file, **PRODUCTION)


def test_an_empty_variable_is_an_absent_one(secrets_file: Path) -> None:
    names = (*PRODUCTION, "PORT", "RESPONDER_CONFIG", "TWILIO_AUTH_TOKEN_NEXT")
    assert load(secrets_file, **dict.fromkeys(names, "")) == load(secrets_file)


def test_outside_local_mode_every_interface_is_bound_and_nothing_is_written(
    secrets_file: Path,
) -> None:
    settings = load(secrets_file, **PRODUCTION)
    assert not settings.local
    assert settings.host == "0.0.0.0"  # noqa: S104
    assert not secrets_file.exists()


def test_both_tokens_count_while_one_replaces_the_other(secrets_file: Path) -> None:
    rotating = PRODUCTION | {"TWILIO_AUTH_TOKEN_NEXT": "token-2"}
    assert load(secrets_file, **PRODUCTION).auth_tokens == ("token-1",)
    assert load(secrets_file, **rotating).auth_tokens == ("token-1", "token-2")


@pytest.mark.parametrize("written", [repr, str, "{}".format])
def test_no_secret_is_shown(secrets_file: Path, written: Callable[[Settings], str]) -> None:
    more = {"RESPONDER_METRICS_TOKEN": "nyckel-2", "TWILIO_AUTH_TOKEN_NEXT": "token-2"}
    shown = written(load(secrets_file, **PRODUCTION | more))
    for secret in ("hemligt", "nyckel-1", "nyckel-2", "token-1", "token-2"):
        assert secret not in shown


def test_local_secrets_are_made_once_and_for_their_owner_only(secrets_file: Path) -> None:
    first, second = load(secrets_file), load(secrets_file)
    assert first == second
    assert stat.S_IMODE(secrets_file.stat().st_mode) == 0o600
    assert list(secrets_file.parent.iterdir()) == [secrets_file]
    assert len(first.auth_tokens[0]) == 32
    assert len(first.secret_key) == 64
    assert first.account_sid.startswith("AC")


def test_two_houses_have_different_secrets(tmp_path: Path) -> None:
    a, b = load(tmp_path / "a.json"), load(tmp_path / "b.json")
    assert a.auth_tokens != b.auth_tokens
    assert a.secret_key != b.secret_key


def test_whoever_starts_at_the_same_time_reads_the_same_secrets(tmp_path: Path) -> None:
    together = threading.Barrier(8, timeout=30)  # whoever fails leaves the others waiting

    def start(_: int) -> list[str]:
        files = [tmp_path / str(house) / "secrets.json" for house in range(50)]
        return [load(file).secret_key for file in files if together.wait() >= 0]

    with ThreadPoolExecutor(8) as threads:
        houses = list(zip(*threads.map(start, range(8)), strict=True))
    assert [len(set(keys)) for keys in houses] == [1] * 50


def test_a_secret_key_of_one_s_own_is_used_in_local_mode_too(secrets_file: Path) -> None:
    settings = load(secrets_file, RESPONDER_SECRET_KEY="nyckel-1")
    assert settings.local
    assert settings.secret_key == "nyckel-1"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", '{"TWILIO_AUTH_TOKEN": "x"}'])
def test_a_damaged_secrets_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "secrets.json").write_text(content)
    with pytest.raises(SettingsError, match=r"secrets\.json cannot be read: delete it"):
        load(tmp_path / "secrets.json")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(SettingsError, match=r"var/secrets\.json cannot be written"):
        load(tmp_path / "var" / "secrets.json")


def test_the_secrets_file_holds_nothing_else(secrets_file: Path) -> None:
    load(secrets_file)
    assert set(json.loads(secrets_file.read_text())) == set(SECRETS)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((host, True) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1")),
        *((host, False) for host in (None, "", "0.0.0.0", "sms.example", "10.0.0.1", "::")),  # noqa: S104
    ],
)
def test_loopback_is_this_machine_alone(host: str | None, own: bool) -> None:
    assert is_loopback(host) is own
