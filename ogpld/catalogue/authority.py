"""The authority lists a DCAT-AP catalogue takes its values from: a small checked table.

`authorities.csv` has every URI of the EU's and ADMS's lists that a catalogue of ours may use. A value
that is not in it is not used, so that no catalogue names a URI nobody looked at.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NoReturn

from ogpld.config import Settings
from ogpld.errors import ConfigError
from ogpld.near_names import closest


@dataclass(frozen=True, slots=True)
class Authority:
    """One entry of a list.

    Attributes:
        uri: its URI.
        list: name of the list.
        code: its code there.
        label: English label.
    """

    uri: str
    list: str
    code: str
    label: str


@cache
def authorities() -> dict[str, Authority]:
    """Return the whole table, by URI."""
    text = resources.files(__package__).joinpath("authorities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["uri"]: Authority(**row) for row in rows}


@cache
def _by_code() -> dict[tuple[str, str], Authority]:
    return {(entry.list, entry.code): entry for entry in authorities().values()}


def authority(name: str, code: str) -> str:
    """Return the URI of a code of a list.

    Raises:
        KeyError: when the table does not have it.
    """
    return _by_code()[name, code].uri


def check_settings(settings: Settings, origins: Mapping[str, str] | None = None) -> None:
    """Refuse settings that name a code the lists do not have.

    Args:
        settings: the settings.
        origins: where each was set, by name.

    Raises:
        ConfigError: naming those there are.
    """
    for setting, name in (("publisher_type", "publisher-type"), ("frequency", "frequency")):
        code = getattr(settings, setting)
        if code and (name, code) not in _by_code():
            _refuse(setting, code, name, origins)
    folder = authority("licence", "CC0").removesuffix("CC0")
    if settings.licence.startswith(folder) and settings.licence not in authorities():
        _refuse("licence", settings.licence, "licence", origins)


def _refuse(setting: str, code: str, name: str, origins: Mapping[str, str] | None) -> NoReturn:
    entries = {entry.code: entry.uri for entry in authorities().values() if entry.list == name}
    near = closest(code.rpartition("/")[2], entries)
    origin = (origins or {}).get(setting)
    raise ConfigError(
        f"{origin}: {setting} {code!r} is unknown" if origin else f"{setting} {code!r} is unknown",
        hint=(f"did you mean {near}? " if near else "") + f"known: {', '.join(entries)}",
    )


def unsaid(settings: Settings) -> tuple[str, ...]:
    """Return the settings an operator must make before catalogue and citations name anybody.

    `authors` is none of them: the publisher is cited where nobody is named as author.
    """
    missing = []
    if not settings.publisher_name:
        missing.append("publisher_name")
    if not settings.publisher_type:
        missing.append("publisher_type")
    if not (settings.contact_email or settings.contact_url):
        missing.append("contact_email or contact_url")
    return tuple(missing)
