"""What a user of the system may not read or write: said as such, and never taken for damage."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogpld.errors import ReleaseError


def denied_access(error: PermissionError, path: Path | None = None) -> ReleaseError:
    """Return what to say where the system does not let this user read or write.

    Args:
        error: what the system said.
        path: what was to be read or written, where the error does not say.
    """
    path = Path(error.filename) if error.filename else path
    if path is None:
        return ReleaseError(f"{error.strerror or error} for user {_user(os.geteuid())}")
    place, owner = _owner(path.absolute())
    user = _user(os.geteuid())
    if place != path.absolute():
        hint = f"make it for the user, as root: install -d -o {user} {path}; or name another folder"
    elif owner == user:
        hint = f"let the user read and write there: chmod -R u+rwX {place}"
    elif _is_of_a_home(place):
        hint = f"run the command as user {owner}, or hand it over, as root: chown -R {user} {place}"
    else:  # what is none of ours may be the system's
        hint = f"run the command as user {owner}, or name another folder"
    return ReleaseError(
        f"{path}: {error.strerror or error} for user {user}; {place} belongs to {owner}", hint=hint
    )


@contextmanager
def access_errors() -> Iterator[None]:
    """Turn the system's refusal in a block, or in a function that it decorates, into a ReleaseError."""
    try:
        yield
    except PermissionError as error:
        raise denied_access(error) from error


def foreign_owner(home: Path) -> str:
    """Return who owns a folder, where that is not root and this process is root's; else ""."""
    try:
        owner = home.stat().st_uid
    except OSError:
        return ""
    return _user(owner) if owner and not os.geteuid() else ""


def _is_of_a_home(path: Path) -> bool:
    """Tell whether a path is a home with releases, or lies in one."""
    return any((place / "releases").is_dir() for place in (path, *path.parents[:-1]))


def _owner(path: Path) -> tuple[Path, str]:
    """Return the nearest that can be looked at, the path or a folder above it, and its owner."""
    for place in (path, *path.parents):
        try:
            return place, _user(place.lstat().st_uid)
        except OSError:
            continue
    return path, "somebody else"


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
