from pathlib import Path

import pytest

from server.errors import NoAddressError, SettingsError, UnsafeBindError
from server.settings import Settings, require_loopback


def test_the_environment_says_where_data_lives(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HIPLEVEL_HOME": str(tmp_path)})
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'hiplevel.sqlite3'}"
    assert settings.max_upload_bytes == 512_000_000
    other = Settings.from_environment(
        {
            "HIPLEVEL_HOME": str(tmp_path),
            "HIPLEVEL_DATABASE_URL": "postgresql://localhost/hips",
            "HIPLEVEL_MAX_UPLOAD_MB": "0.5",
        }
    )
    assert other.database_url == "postgresql://localhost/hips"
    assert other.max_upload_bytes == 500_000


@pytest.mark.parametrize("value", ["0", "-1", "many", "inf", "nan"])
def test_a_limit_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="HIPLEVEL_MAX_UPLOAD_MB"):
        Settings.from_environment({"HIPLEVEL_MAX_UPLOAD_MB": value})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
def test_own_addresses_are_allowed(host: str) -> None:
    assert require_loopback(host) == host.strip("[]")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])  # noqa: S104
def test_addresses_that_others_reach_are_refused(host: str) -> None:
    with pytest.raises(UnsafeBindError, match="no accounts yet"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["nonsense", "example.org", "127.0.0", ""])
def test_what_is_no_address_is_not_called_unsafe(host: str) -> None:
    with pytest.raises(NoAddressError, match="not an address of this computer"):
        require_loopback(host)
