"""The settings, read once from the environment (``KHUYENHOC_…``) and handed to ``create_app``."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent


WITHOUT_A_KEY = (
    "Chưa có KHUYENHOC_SECRET_KEY. Xin đặt một chuỗi ngẫu nhiên dài, ví dụ bằng lệnh: "
    "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
)


class SettingMissing(Exception):
    """The site cannot start like this; the message is a sentence for whoever starts it."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and the next."""

    secret_key: str
    database_url: str
    instance: Path
    root: Path = ROOT
    testing: bool = False
    secret_of_demonstration: bool = False
    """The secret is the one that the demonstration made for itself; a real site does not start with it."""
    https: bool = False
    """Served over https: cookies are marked secure and the browser is told to stay on https."""
    proxies: int = 0
    """How many proxies stand in front and may be believed about the caller's address."""
    public_url: str = ""
    """The address that papers and QR codes print, without a slash at the end; empty: the address of the request."""
    upload_limit: int = 10 * 1024 * 1024
    """The largest request taken, in bytes; forms that take files may be larger (``org.uploads``)."""
    check_from: int = 20_000_000
    """Gifts of so many đồng and more are shown once more before they are recorded."""
    session_idle_minutes: int = 240
    """A sign-in ends when nobody has used it for so long."""
    session_absolute_minutes: int = 840
    """A sign-in ends after so long, however busy: an evening of envelopes fits, a night does not."""


def from_environment(environment: Mapping[str, str] | None = None, *, may_make_secret: bool = False) -> Settings:
    """Read the settings; ``SettingMissing`` when a real site has no secret.

    ``may_make_secret`` is for the demonstration: its secret is made once and kept in ``instance/``,
    so that the command works afterwards with no variable set.
    """
    values = os.environ if environment is None else environment
    instance = Path(values.get("KHUYENHOC_INSTANCE") or ROOT / "instance").resolve()
    given = values.get("KHUYENHOC_SECRET_KEY", "")
    return Settings(
        secret_key=_checked(given) if given else _secret(instance, may_make_secret),
        secret_of_demonstration=not given,
        database_url=values.get("KHUYENHOC_DATABASE_URL") or f"sqlite:///{instance / 'khuyenhoc.sqlite3'}",
        instance=instance,
        https=_yes(values, "KHUYENHOC_HTTPS"),
        proxies=_whole(values, "KHUYENHOC_PROXIES", 0),
        public_url=values.get("KHUYENHOC_PUBLIC_URL", "").rstrip("/"),
        upload_limit=_whole(values, "KHUYENHOC_UPLOAD_LIMIT", Settings.upload_limit),
        check_from=_whole(values, "KHUYENHOC_CHECK_FROM", Settings.check_from),
        session_idle_minutes=_whole(values, "KHUYENHOC_SESSION_IDLE_MINUTES", Settings.session_idle_minutes),
        session_absolute_minutes=_whole(
            values, "KHUYENHOC_SESSION_ABSOLUTE_MINUTES", Settings.session_absolute_minutes
        ),
    )


def _checked(given: str) -> str:
    if len(given) < 32:
        raise SettingMissing("KHUYENHOC_SECRET_KEY quá ngắn: xin đặt ít nhất 32 ký tự ngẫu nhiên.")
    return given


def _secret(instance: Path, may_make: bool) -> str:
    kept = instance / "demo_secret"
    if kept.is_file():
        return kept.read_text(encoding="ascii").strip()
    if not may_make:
        raise SettingMissing(WITHOUT_A_KEY)
    instance.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def _yes(values: Mapping[str, str], name: str) -> bool:
    return values.get(name, "").strip().lower() in {"1", "true", "yes", "co", "có"}


def _whole(values: Mapping[str, str], name: str, otherwise: int) -> int:
    text = values.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise SettingMissing(f"{name} phải là một số nguyên không âm, không phải “{text}”.")
    return int(text)
