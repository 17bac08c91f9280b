"""Settings: precedence, and errors that name their origin."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpld.config import Settings, load_settings
from ogpld.errors import ConfigError


def test_flags_win_over_environment_over_file(tmp_path: Path) -> None:
    """The precedence of docs/contract.md#settings."""
    file = tmp_path / "ogpld.toml"
    file.write_text("port = 1\nworkers = 1\nhost = '::1'\n")
    settings = load_settings({"port": 3}, {"OGPLD_PORT": "2", "OGPLD_WORKERS": "2"}, file)
    assert (settings.port, settings.workers, settings.host) == (3, 2, "::1")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"OGPLD_PROT": "1"}, "unknown setting 'prot'"),
        ({"OGPLD_PORT": "http"}, "not a usable int"),
        ({"OGPLD_BASE_IRI": "localhost"}, "not an absolute"),
        ({"OGPLD_BASE_IRI": "http://x.example"}, "does not end with a slash"),
        ({"OGPLD_SERVER": "waitress"}, "unknown setting 'server'"),
    ],
)
def test_unusable_settings_are_errors(environment: dict[str, str], message: str) -> None:
    """An unknown or unusable setting is told, never passed over."""
    with pytest.raises(ConfigError, match=message):
        load_settings({}, environment)


@pytest.mark.parametrize("name", ["connections", "body_deadline", "send_memory"])
def test_bounds_of_the_server_are_positive(name: str) -> None:
    """None at all would be nobody answered."""
    for value in ("0", "-1"):
        with pytest.raises(ConfigError, match=f"{name} must be 1 or more"):
            load_settings({}, {f"OGPLD_{name.upper()}": value})


def test_a_setting_that_is_gone_says_what_to_do() -> None:
    """The one of the HTTP server, of which there is one now."""
    with pytest.raises(ConfigError) as error:
        load_settings({}, {"OGPLD_SERVER": "other"})
    assert error.value.hint == "remove it: there is one HTTP server"


def test_settings_survive_the_way_to_a_child_process() -> None:
    """What a child reads from the environment is what the parent had."""
    settings = Settings(port=9, query_guard=False, query_deadline=0.5)
    assert load_settings({}, settings.as_environment()) == settings
