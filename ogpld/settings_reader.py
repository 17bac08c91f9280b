"""Read the settings once, from `ogpld.toml`, the environment and flags.

Precedence (docs/contract.md#settings): flags over `OGPLD_*` over `ogpld.toml` over the defaults. The
file is the one that `OGPLD_CONFIG` names, else the one in the home, else the one in the working directory.
An unknown setting is an error, because a setting that looks alive and is dead misleads operators.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ogpld.config import Settings, check_value
from ogpld.errors import ConfigError
from ogpld.near_names import closest
from ogpld.setting_values import NOT_SETTINGS, PATHS, converted, expected
from ogpld.toml_content import toml_content

#: Types of the settings, by name.
_KINDS = {f.name: "Path" if f.name in PATHS else str(f.type) for f in fields(Settings)}

#: Settings there were once, with what to do about them.
_REMOVED = {"server": "remove it: there is one HTTP server"}

#: Settings that do nothing for a server unless one of others is set.
_NEEDS = {
    "store_credentials": ("store",),
    **dict.fromkeys(
        (
            "service_requests",
            "service_parallel",
            "service_rows",
            "service_bytes",
            "service_deadline",
        ),
        ("service_endpoints",),
    ),
    "budget_refill": ("budget_seconds",),
    "budget_error_refill": ("budget_errors",),
    "budget_page_refill": ("budget_pages",),
    "budget_address_refill": ("budget_addresses",),
    "log_queries": ("log_requests",),
    "metrics_host": ("metrics_port",),
    "telemetry_share": ("telemetry",),
    "contact_name": ("contact_email", "contact_url"),
}
#: Settings that do nothing where another is set.
_OVERRULED = {"client_connections": "proxies", "named_graphs_idle": "named_graphs_at_start"}
#: Commands that want a setting which a server may have no use for.
_ELSEWHERE = {"store_credentials": "push and doctor --stores read it all the same"}


@dataclass(frozen=True, slots=True)
class SettingsInForce:
    """Settings with where each was set.

    Attributes:
        settings: what is in force.
        origins: by name, where it was set: `ogpld.toml, line 3`; a setting that has its default is not in it.
        file: the file that was read, None where there is none.
    """

    settings: Settings
    origins: dict[str, str]
    file: Path | None

    def idle(self) -> Iterator[str]:
        """Yield a sentence for each setting that was set and does nothing for a server, with its place."""
        for name in (*_NEEDS, *_OVERRULED):
            value, usual = (getattr(each, name) for each in (self.settings, Settings()))
            if name not in self.origins or value == usual:
                continue
            needs, other = _NEEDS.get(name, ()), _OVERRULED.get(name, "")
            if needs and not any(getattr(self.settings, need) for need in needs):
                more = f"; {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
                yield f"{self.origins[name]}: {name} does nothing without {' or '.join(needs)}{more}"
            elif other and getattr(self.settings, other):
                yield f"{self.origins[name]}: {name} does nothing where {other} is set"


def _convert(name: str, value: object, origin: str, *, typed: bool = False) -> object:
    """Turn a text or TOML value into the type of the setting, or say what is wrong."""
    kind = _KINDS[name]
    try:
        usable = converted(kind, value, typed=typed)
    except ValueError as error:
        default = next(f.default for f in fields(Settings) if f.name == name)
        raise ConfigError(
            f"{origin}: {name} = {value!r} is not a usable {kind.lower()}",
            hint=f"write {expected(name, kind)}; the default is {str(default) or 'none'}",
        ) from error
    if name in {"sources", "store_credentials"}:
        usable = str(value)
    elif name == "home" and not str(value):
        raise ConfigError(
            f"{origin}: home is empty", hint="name a folder, or leave the setting out"
        )
    check_value(name, usable, origin)
    return usable


def _check_known(name: str, origin: str, prefix: str = "") -> None:
    """Refuse a name that is no setting."""
    if name in _KINDS:
        return
    if near := closest(name.replace("-", "_"), _KINDS):
        hint = f"did you mean {prefix + near.upper() if prefix else near}?"
    else:
        hint = f"known: {', '.join(sorted(_KINDS))}"
    raise ConfigError(f"{origin}: unknown setting {name!r}", hint=_REMOVED.get(name, hint))


def _file_values(path: Path) -> dict[str, tuple[object, str]]:
    """Return the settings of a file, each with its place; paths in it are relative to the file.

    Raises:
        ConfigError: for a file that cannot be read, bad TOML, an unknown setting or an unusable value.
    """
    try:
        with path.open("rb") as stream:
            text, table = toml_content(stream)
    except OSError as error:
        reason = "it is a folder" if path.is_dir() else error.strerror
        raise ConfigError(
            f"{path}: cannot be read: {reason}",
            hint="it must be a readable file of settings (TOML)",
        ) from error
    except ValueError as error:
        raise ConfigError(
            f"{path}: not TOML: {error}", hint='mend the line: name = 5, or name = "text"'
        ) from error
    values = {}
    for name, value in table.items():
        # a table ("[name]") counts too; two matches are a text of several lines, and no place is named
        line = rf"(?m)^[ \t]*\[?[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[\]=.]"
        places = [text.count("\n", 0, match.start()) + 1 for match in re.finditer(line, text)]
        origin = f"{path}, line {places[0]}" if len(places) == 1 else str(path)
        if isinstance(value, dict) and name not in _KINDS:
            raise ConfigError(
                f"{origin}: unknown setting {name!r}, a table",
                hint="settings stand at the top, without a table",
            )
        _check_known(name, origin)
        usable: object = _convert(name, value, origin, typed=True)
        if name in PATHS and str(usable):
            usable = path.parent / str(usable)
            usable = usable if name == "home" else str(usable)
        values[name] = (usable, origin)
    return values


def _file_in_force(
    flags: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[Path | None, dict[str, tuple[object, str]]]:
    """Find the file of settings and read it (docs/contract.md#settings).

    Returns:
        The file, None for none, and what it sets. The `home` of a file in the working directory counts
        where another file in that home says the rest.

    Raises:
        ConfigError: as `_file_values`, and where two files disagree.
    """
    if "OGPLD_CONFIG" in environment:
        if not environment["OGPLD_CONFIG"]:
            raise ConfigError("OGPLD_CONFIG is empty", hint="name a file in it, or remove it")
        path = Path(environment["OGPLD_CONFIG"])
        if not path.exists():
            raise ConfigError(f"{path}: no such file", hint="correct OGPLD_CONFIG, or remove it")
        return path, _file_values(path)
    here = Path("ogpld.toml")
    own = _file_values(here) if os.path.lexists(here) else {}
    home: object = flags.get("home") or environment.get("OGPLD_HOME")
    home = home or own.get("home", (Settings().home, ""))[0]
    there = Path(str(home)) / "ogpld.toml"
    if not os.path.lexists(there) or (own and there.resolve() == here.resolve()):
        return (here, own) if os.path.lexists(here) else (None, {})
    values = _file_values(there)
    if "home" in values and Path(str(values["home"][0])).resolve() != Path(str(home)).resolve():
        raise ConfigError(
            f"{values['home'][1]}: the file of a home names another home",
            hint=f"remove the line, or give --home {values['home'][0]}",
        )
    for name, (value, origin) in own.items():
        if name != "home" and (name not in values or not _same(name, value, values[name][0])):
            other = values[name][1] if name in values else f"{there}, which does not set it"
            raise ConfigError(
                f"{origin} and {other}: the two files disagree about {name}",
                hint=f"keep one of them: {there} counts wherever a command is run; "
                "or name one in OGPLD_CONFIG",
            )
    home_of_own = {"home": own["home"]} if "home" in own else {}
    return there, {**home_of_own, **{n: v for n, v in values.items() if n != "home"}}


def _same(name: str, one: object, other: object) -> bool:
    return Path(str(one)).resolve() == Path(str(other)).resolve() if name in PATHS else one == other


def settings_in_force(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> SettingsInForce:
    """Read the settings, and where each is from; arguments and errors as `load_settings`."""
    environment = os.environ if environment is None else environment
    chosen = {name: value for name, value in (flags or {}).items() if value is not None}
    path, values = (file, _file_values(file)) if file else _file_in_force(chosen, environment)
    for variable, value in environment.items():
        if variable.startswith("OGPLD_") and variable not in NOT_SETTINGS:
            name, origin = variable.removeprefix("OGPLD_").lower(), f"environment, {variable}"
            _check_known(name, origin, "OGPLD_")
            values[name] = (_convert(name, value, origin), origin)
    for name, option in chosen.items():
        origin = f"option --{name.replace('_', '-')}"
        _check_known(name, origin)
        values[name] = (_convert(name, option, origin), origin)
    plain: dict[str, Any] = {name: value for name, (value, _) in values.items()}
    try:
        settings = dataclasses.replace(Settings(), **plain)
    except ConfigError as error:  # each value is right by itself, so they do not fit together
        named = ", ".join(
            f"{n}: {origin}" for n, (_, origin) in values.items() if n in error.message
        )
        raise ConfigError(f"{error.message} ({named})", hint=error.hint) from error
    return SettingsInForce(settings, {n: origin for n, (_, origin) in values.items()}, path)


def load_settings(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Read the settings from file, environment and flags (flags win; None means not given).

    Args:
        flags: options of the command line.
        environment: variables; those of the process when left out.
        file: the file to read; when left out, `OGPLD_CONFIG`, the file in the home, or that in the working
            directory.

    Raises:
        ConfigError: for an unknown setting or an unusable value; the message names its origin.
    """
    return settings_in_force(flags, environment, file).settings
