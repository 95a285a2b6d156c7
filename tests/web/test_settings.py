"""Settings as a new installation reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.settings import read_settings


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGJIE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_nobody_else_on_the_machine_reads_the_data(data_dir: Path) -> None:
    first = read_settings()
    assert [oct(path.stat().st_mode & 0o777) for path in (data_dir, data_dir / "secret-key")] == ["0o700", "0o600"]
    assert read_settings().secret_key == first.secret_key


@pytest.mark.parametrize(("proxies", "warned"), [("0", True), ("1", False)])
def test_https_without_a_known_proxy_is_warned_about(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, proxies: str, warned: bool
) -> None:
    monkeypatch.setenv("TONGJIE_BASE_URL", "https://lib.example")
    monkeypatch.setenv("TONGJIE_PROXIES", proxies)
    assert any("TONGJIE_PROXIES" in warning.en for warning in read_settings().warnings) is warned
