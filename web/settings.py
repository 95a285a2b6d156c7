"""Settings from the environment, read once. The names are documented in `docs/administrator.md`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env

from catalog.resources import Networks, read_networks
from kernel.errors import DomainError
from kernel.i18n import Text
from notices.sending import SendingSettings


class SettingsError(DomainError):
    """A setting that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`search_url` empty means the embedded engine in the data folder. `rate_limits` is off only for benches. `proxies`: how many stand
    in front, each of which tells us the address it was called from. `copy_targets_file` empty means the data folder's. `inside_networks`:
    from where a resource counts as opened inside a library. `sending`: by which ways notices go out."""

    data_dir: Path
    database_url: str
    search_url: str
    secret_key: str
    base_url: str
    test_clock: bool
    rate_limits: bool
    max_upload_mb: int
    proxies: int = 0
    copy_targets_file: str = ""
    font: str = ""
    inside_networks: Networks = ()
    sending: SendingSettings = field(default=SendingSettings())

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def copy_targets(self) -> Path:
        """The file of catalogues that records may be copied from."""
        return Path(self.copy_targets_file) if self.copy_targets_file else self.data_dir / "copy-targets.toml"

    @property
    def warnings(self) -> list[Text]:
        """What must not be switched so where real readers are served."""
        found = []
        if self.test_clock:
            found.append(
                Text(
                    "警告：TONGJIE_TEST_CLOCK 已打开，任何请求都能改时间。只可用于测试。",
                    "Warning: TONGJIE_TEST_CLOCK is on, so any request may set the time. For tests only.",
                )
            )
        if not self.rate_limits:
            found.append(
                Text(
                    "警告：TONGJIE_RATE_LIMITS=off，不限制请求频率。只可用于测速。",
                    "Warning: TONGJIE_RATE_LIMITS=off, requests are not limited. For benches only.",
                )
            )
        if self.secure_cookies and not self.proxies:
            found.append(
                Text(
                    "警告：TONGJIE_BASE_URL 是 https，但 TONGJIE_PROXIES=0：所有读者看来同一个地址，一人多次输错密码，人人都要等。"
                    "请填前面有几层代理。",
                    "Warning: TONGJIE_BASE_URL is https but TONGJIE_PROXIES is 0: all readers seem to share one address, so that one "
                    "person's wrong passwords make everybody wait. Say how many proxies stand in front.",
                )
            )
        return found


def read_settings() -> Settings:
    """Read `TONGJIE_*`; raises SettingsError with a sentence for a value that cannot be used."""
    env = Env()
    data_dir = Path(env.str("TONGJIE_DATA_DIR", "data")).resolve()
    try:
        return Settings(
            data_dir=data_dir,
            database_url=env.str("TONGJIE_DATABASE_URL", "") or f"sqlite:///{data_dir / 'tongjie.db'}",
            search_url=env.str("TONGJIE_SEARCH_URL", ""),
            secret_key=env.str("TONGJIE_SECRET_KEY", "") or _kept_secret(data_dir),
            base_url=env.str("TONGJIE_BASE_URL", ""),
            test_clock=env.bool("TONGJIE_TEST_CLOCK", False),
            rate_limits=env.str("TONGJIE_RATE_LIMITS", "on") != "off",
            max_upload_mb=env.int("TONGJIE_MAX_UPLOAD_MB", 1024),
            proxies=env.int("TONGJIE_PROXIES", 0),
            copy_targets_file=env.str("TONGJIE_COPY_TARGETS", ""),
            font=env.str("TONGJIE_FONT", ""),
            inside_networks=read_networks(env.str("TONGJIE_INSIDE_NETWORKS", "")),
            sending=SendingSettings(
                smtp_url=env.str("TONGJIE_SMTP_URL", ""),
                sms_url=env.str("TONGJIE_SMS_URL", ""),
                wechat_url=env.str("TONGJIE_WECHAT_URL", ""),
                gateway_secret=env.str("TONGJIE_GATEWAY_SECRET", ""),
                gateway_networks=read_networks(env.str("TONGJIE_GATEWAY_NETWORKS", "")),
            ),
        )
    except ValueError as error:
        detail = Text("环境变量的值不能用：{error}", "An environment variable cannot be used: {error}")
        raise SettingsError("settings.invalid", detail.format(error=error)) from error


def _kept_secret(data_dir: Path) -> str:
    """A secret of this installation's own, made once and readable by its owner alone."""
    path = data_dir / "secret-key"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with open(path, "x", opener=_private) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # an earlier start, or another process starting beside this one, has made it
    return path.read_text().strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
