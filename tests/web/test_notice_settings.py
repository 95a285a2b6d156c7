"""How notices go out as an administrator sets it: told when wrong, tried without sending, and no reason for all else to stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kernel.db import Database
from notices.sending import SendingSettings
from tests.factories import make_settings
from tests.notices.servers import mail_server
from web.config_check import check_settings
from web.rooms import build_queues
from web.settings import read_settings


def lines_about_notices(data_dir: Path, database: Database, sending: SendingSettings) -> list[tuple[str, bool, bool]]:
    settings = replace(make_settings(data_dir, database), sending=sending)
    return [
        (line.text.en, line.is_good, line.is_usable)
        for line in check_settings(settings)
        if "notice" in line.text.en.lower() or "TONGJIE_SMTP_URL" in line.text.en
    ]


def test_the_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "TONGJIE_DATA_DIR": str(tmp_path),
        "TONGJIE_SMTP_URL": "smtp://u:pass-word@mail.example.org?from=a@example.org",
        "TONGJIE_SMS_URL": "https://sms.example.org",
        "TONGJIE_WECHAT_URL": "https://wx.example.org",
        "TONGJIE_GATEWAY_SECRET": "sixteen letters!",
        "TONGJIE_GATEWAY_NETWORKS": "10.2.0.0/24",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    sending = read_settings().sending
    assert (sending.smtp_url, sending.wechat_url) == (values["TONGJIE_SMTP_URL"], "https://wx.example.org")
    assert [str(network) for network in sending.gateway_networks] == ["10.2.0.0/24"]
    assert "pass-word" not in repr(read_settings())
    assert "sixteen" not in repr(read_settings())


def test_the_check_tries_a_server_and_sends_nothing(data_dir: Path, database: Database) -> None:
    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}?tls=none&from=a@example.org"
        assert lines_about_notices(data_dir, database, SendingSettings(smtp_url=url)) == [
            ("The way “e-mail” for notices works", True, True)
        ]
        assert server.mails == []
    ((text, is_good, is_usable),) = lines_about_notices(data_dir, database, SendingSettings(smtp_url=url))
    assert text.startswith("The way “e-mail” for notices cannot be reached")
    assert (is_good, is_usable) == (False, True)


def test_the_check_names_a_setting_that_cannot_work(data_dir: Path, database: Database) -> None:
    ((text, _, is_usable),) = lines_about_notices(data_dir, database, SendingSettings(smtp_url="mail.example.org"))
    assert text.startswith("TONGJIE_SMTP_URL looks like")
    assert not is_usable


def test_each_way_has_a_queue_and_a_wrong_setting_stops_nothing_else(data_dir: Path, database: Database) -> None:
    settings = make_settings(data_dir, database)

    def queues(sending: SendingSettings) -> set[str]:
        return {queue.name for queue in build_queues(database, replace(settings, sending=sending))}

    assert {"told", "notices", "index"} <= queues(SendingSettings())
    assert "notices email" in queues(SendingSettings(smtp_url="smtp://mail.example.org?from=a@example.org"))
    wrong = queues(SendingSettings(smtp_url="mail.example.org"))
    assert {"told", "index"} <= wrong
    assert "notices" not in wrong  # what would go out waits for a right setting
