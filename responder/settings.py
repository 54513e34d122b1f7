"""The environment becomes frozen Settings, or one error that names everything wrong with it."""

import ipaddress
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from responder.errors import SettingsError

DEFAULT_DATABASE = "sqlite:///var/responder.db"
LOCAL_SECRETS = Path("var/local-secrets.json")
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_PROVIDER_SECRETS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_NEXT")


@dataclass(frozen=True, slots=True)
class Settings:
    """What this process was told from outside. Secrets never appear in its repr.

    `local` is the mode without a provider: loopback only, secrets made in `var/`.
    `auth_tokens` holds both tokens while one replaces the other; `former_secret_keys` are only
    read by. `spool` is on this machine's own disk. `export_folder` gets the contact base as
    files, daily. `api_url` stands in for the provider's hosts, in tests. `metrics_token` opens
    `/metrics` and the details of `/readyz` to others than loopback; None keeps them shut.
    """

    database_url: str = field(repr=False)
    config: Path
    public_url: str
    port: int
    local: bool
    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    secret_key: str = field(repr=False)
    former_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    spool: Path = Path("var/spool")
    api_url: str | None = None
    export_folder: Path | None = None
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The address to bind: loopback in local mode, every interface otherwise."""
        return "127.0.0.1" if self.local else "0.0.0.0"  # noqa: S104 (behind the operator's proxy)


def load_settings(environ: Mapping[str, str], local_secrets: Path = LOCAL_SECRETS) -> Settings:
    """Read the environment. Raises SettingsError, one line for each variable at fault."""
    environ = {name: value.strip() for name, value in environ.items()}
    faults: list[str] = []
    port = _port(environ.get("PORT") or "8000", faults)
    database_url = environ.get("RESPONDER_DATABASE_URL") or DEFAULT_DATABASE
    if not database_url.startswith(_DATABASES):
        faults.append(f"RESPONDER_DATABASE_URL begins with neither {' nor '.join(_DATABASES)}")
    public_url = (environ.get("RESPONDER_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    loopback = _check_url("RESPONDER_PUBLIC_URL", public_url, faults)
    if api_url := environ.get("TWILIO_API_URL", "").rstrip("/"):
        _check_url("TWILIO_API_URL", api_url, faults)
    local = loopback and database_url.startswith("sqlite") and not _any_secret(environ)
    known = dict(environ)
    if local and not faults:
        known = _local_secrets(local_secrets) | {k: v for k, v in environ.items() if v}
    for name, where in _WHERE.items():
        if not known.get(name) and not local:
            faults.append(f"{name} is missing: {where}")
    if faults:
        raise SettingsError("The environment is not complete:\n  " + "\n  ".join(faults))
    tokens = (known["TWILIO_AUTH_TOKEN"], known.get("TWILIO_AUTH_TOKEN_NEXT", ""))
    return Settings(
        database_url=database_url,
        config=Path(environ.get("RESPONDER_CONFIG") or "config"),
        public_url=public_url,
        port=port,
        local=local,
        account_sid=known["TWILIO_ACCOUNT_SID"],
        auth_tokens=tuple(token for token in tokens if token),
        secret_key=known["RESPONDER_SECRET_KEY"],
        former_secret_keys=tuple(environ.get("RESPONDER_SECRET_KEY_OLD", "").split()),
        spool=Path(environ.get("RESPONDER_SPOOL") or "var/spool"),
        api_url=api_url or None,
        export_folder=Path(folder) if (folder := environ.get("RESPONDER_EXPORT_FOLDER")) else None,
        metrics_token=environ.get("RESPONDER_METRICS_TOKEN") or None,
    )


_WHERE = {
    "TWILIO_ACCOUNT_SID": "copy it from the provider's console (it begins with AC)",
    "TWILIO_AUTH_TOKEN": "copy the primary token from the provider's console",
    "RESPONDER_SECRET_KEY": "make one with: openssl rand -hex 32",
}


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _any_secret(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in _PROVIDER_SECRETS)


def _port(value: str, faults: list[str]) -> int:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    faults.append(f'PORT is "{value}": write a number from 1 to 65535')
    return 0


def _check_url(name: str, url: str, faults: list[str]) -> bool:
    """Whether the URL is on loopback; a fault where it is not https and not on loopback."""
    try:
        parts = urlsplit(url)
        loopback = is_loopback(parts.hostname)
        whole = (
            bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment or parts.username)
        )
    except ValueError:
        loopback = whole = False
        parts = urlsplit("")
    allowed = ("https", "http") if loopback else ("https",)
    if not whole or parts.scheme not in allowed:
        faults.append(
            f'{name} is "{url}": write https:// and the host that is called'
            " (http:// is for loopback only)"
        )
    return loopback


def _local_secrets(path: Path) -> dict[str, str]:
    """The secrets of local mode, made at the first start; whoever loses a race reads.

    They are written elsewhere and then linked, so that nobody reads half a file.
    """
    if path.exists():
        return _read_secrets(path)
    made = {
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "RESPONDER_SECRET_KEY": secrets.token_hex(32),
    }
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(made, file)
        with suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return _read_secrets(path)


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        stored: dict[str, str] = json.loads(path.read_text())
        return {name: str(stored[name]) for name in _WHERE}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SettingsError(f"{path} cannot be read: delete it, it is made anew") from error
