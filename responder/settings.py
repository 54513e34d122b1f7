"""The environment becomes frozen Settings, or one error that names everything wrong with it."""

import ipaddress
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from responder.errors import SettingsError

DEFAULT_DATABASE = "sqlite:///var/responder.db"
LOCAL_SECRETS = Path("var/local-secrets.json")
_PROVIDER_SECRETS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_NEXT")


@dataclass(frozen=True, slots=True)
class Settings:
    """What this process was told from outside. Secrets never appear in its repr.

    `local` is the mode without a provider: loopback only, secrets made in `var/`.
    `auth_tokens` holds both tokens while one replaces the other. `metrics_token` opens
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
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The address to bind: loopback in local mode, every interface otherwise."""
        return "127.0.0.1" if self.local else "0.0.0.0"  # noqa: S104 (behind the operator's proxy)


def load_settings(environ: Mapping[str, str], local_secrets: Path = LOCAL_SECRETS) -> Settings:
    """Read the environment. Raises SettingsError, one line for each variable at fault."""
    faults: list[str] = []
    port = _port(environ.get("PORT", "8000"), faults)
    database_url = environ.get("RESPONDER_DATABASE_URL") or DEFAULT_DATABASE
    public_url = (environ.get("RESPONDER_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    loopback = _check_public_url(public_url, faults)
    local = loopback and database_url.startswith("sqlite") and not _any_secret(environ)
    known = _local_secrets(local_secrets) if local and not faults else dict(environ)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "RESPONDER_SECRET_KEY"):
        if not known.get(name) and not local:
            faults.append(f"{name} is missing: {_WHERE[name]}")
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


def _check_public_url(url: str, faults: list[str]) -> bool:
    """Whether the URL is on loopback; a fault where it is not https and not on loopback."""
    try:
        parts = urlsplit(url)
        loopback = is_loopback(parts.hostname)
        whole = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        loopback = whole = False
        parts = urlsplit("")
    allowed = ("https", "http") if loopback else ("https",)
    if not whole or parts.scheme not in allowed:
        faults.append(
            f'RESPONDER_PUBLIC_URL is "{url}": write https:// and the host that the provider calls'
            " (http:// is for loopback only)"
        )
    return loopback


def _local_secrets(path: Path) -> dict[str, str]:
    """The secrets of local mode, made at the first start; whoever loses a race reads."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read_secrets(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    made = {
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "RESPONDER_SECRET_KEY": secrets.token_hex(32),
    }
    with os.fdopen(handle, "w") as file:
        json.dump(made, file)
    return made


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        stored: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: delete it, it is made anew") from error
    return stored
