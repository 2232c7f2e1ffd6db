"""Settings, read once from the environment. ``MODE`` decides what a demonstration may do and production may not."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

MODES = ("demo", "test", "production")


class ConfigurationError(RuntimeError):
    """A setting is missing or not allowed in this mode; the message says which and what to do."""


def _secret_key(instance: Path) -> str:
    """A key that survives restarts without being configured; production must name its own."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # the first of several starting processes wins
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


def _flag(value: str | None, default: bool = False) -> bool:
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'accelerera.db'}"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flask configuration for this process.

    Raises :class:`ConfigurationError` where production lacks what it must not invent.
    """
    environ = os.environ if environ is None else environ
    mode = environ.get("MODE", "demo")
    if mode not in MODES:
        raise ConfigurationError(f"MODE is {mode!r}; it can be {', '.join(MODES)}.")
    instance = Path(environ.get("INSTANCE", "instance")).resolve()
    host, port = environ.get("HOST", "127.0.0.1"), environ.get("PORT", "8000")
    production = mode == "production"
    if production:
        missing = [k for k in ("SECRET_KEY", "SERVICE_URL", "SMTP_HOST", "SIGNING_KEY") if not environ.get(k)]
        if missing:
            raise ConfigurationError(f"Production needs {', '.join(missing)}. See docs/operators.md.")
    service_url = environ.get("SERVICE_URL", f"http://localhost:{port}").rstrip("/")
    return {
        "MODE": mode,
        "INSTANCE": instance,
        "SECRET_KEY": environ.get("SECRET_KEY") or _secret_key(instance),
        "SECRET_KEY_FALLBACKS": [k for k in environ.get("SECRET_KEY_FALLBACKS", "").split(",") if k],
        "SQLALCHEMY_DATABASE_URI": _database_url(environ, instance),
        "JOBS_URL": environ.get("JOBS_URL", ""),
        "SERVICE_URL": service_url,
        "CONTENT_HOST": environ.get("CONTENT_HOST", f"{host}:{port}"),
        "SMTP_HOST": environ.get("SMTP_HOST", ""),
        "SMTP_PORT": int(environ.get("SMTP_PORT", "25")),
        "SMTP_USER": environ.get("SMTP_USER", ""),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD", ""),
        "SMTP_TLS": _flag(environ.get("SMTP_TLS"), default=production),
        "MAIL_FROM": environ.get("MAIL_FROM", "Accelerera <no-reply@accelerera.example>"),
        "SIGNING_KEY": environ.get("SIGNING_KEY", ""),
        "SIGNING_KEY_PASSWORD": environ.get("SIGNING_KEY_PASSWORD", ""),
        "ISSUERS": environ.get("ISSUERS", ""),
        "TSA_URLS": environ.get("TSA_URLS", ""),
        "TSA_ROOTS": environ.get("TSA_ROOTS", ""),
        "REVOCATION_LISTS": environ.get("REVOCATION_LISTS", ""),
        "FILES_URL": environ.get("FILES_URL", ""),
        "FORWARD_PRIVATE": [n for n in environ.get("FORWARD_PRIVATE", "").split(",") if n.strip()],
        "RATELIMIT_STORAGE_URI": environ.get("RATELIMIT_STORAGE_URI", "memory://"),
        "UPLOAD_LIMIT": 25 * 1024 * 1024,
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": service_url.startswith("https://"),
        "SESSION_COOKIE_NAME": "accelerera",
        "WTF_CSRF_TIME_LIMIT": None,
    }
