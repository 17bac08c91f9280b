"""Start the server: check what can be checked, listen, and keep a web process running that answers.

The process that keeps it running loads no part of the application, which is in the web process alone.
"""

from __future__ import annotations

import errno
import socket
from typing import NoReturn
from urllib.parse import urlsplit

from ogpld.base_path import base_path, require_base_path
from ogpld.catalogue.authority import check_settings
from ogpld.config import Settings
from ogpld.errors import ConfigError, ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.web.server.log_lines import tell
from ogpld.web.server.parent_process import become_parent

#: Connections that wait to be taken in; bytes of each that wait in the system to be sent.
BACKLOG, _UNSENT = 1024, 131_072
#: What to do where the system does not let us listen, by what it says; names that are no address say else.
_HINTS = {
    errno.EADDRINUSE: "stop the other server, or choose another --host or --port",
    errno.EACCES: "ports below 1024 are root's: choose another --port, and put a proxy in front",
    errno.EMFILE: "raise the limit of open files (ulimit -n, LimitNOFILE of the unit)",
}
_NO_ADDRESS = (
    "host must be an address of this machine, such as 127.0.0.1, ::1, or 0.0.0.0 for all of them"
    " (`ogpld settings` says where it was set)"
)


def serve(settings: Settings) -> NoReturn:
    """Serve until told to stop, as another process image of the same number.

    Raises:
        ReleaseError: when there is nothing to serve.
        ConfigError: when a setting names an unknown code, somebody listens at the address, or the release
            has a base IRI that cannot be served.
    """
    check_settings(settings)
    current = ReleaseStore(settings.home).current()
    if current is None:
        raise ReleaseError(f"there is no release in {settings.home}", hint="run: ogpld build")
    require_base_path(current.manifest.base_iri)
    if settings.metrics_port == settings.port and _overlap(settings.host, settings.metrics_host):
        raise ConfigError(
            f"metrics_port = {settings.port} is the port of the site, too",
            hint="choose another metrics_port (9464 is usual); metrics_port = 0 has no metrics",
        )
    listening = _listen(settings)
    tell(
        settings.log_format,
        "INFO",
        f"serving release {current.id} at http://{settings.host}:{settings.port}"
        f"{base_path(current.manifest.base_iri)}/  (Ctrl-C stops)",
    )
    for sentence in current.manifest.contradictions(settings):
        tell(
            settings.log_format,
            "WARNING",
            f"warning: {sentence}\n  -> correct the setting (`ogpld settings` says where it was set) or build"
            " again; addresses in the data are those of the release",
        )
    if urlsplit(current.manifest.base_iri).port != settings.port and _is_local(current):
        tell(
            settings.log_format,
            "INFO",
            f"  addresses in the data begin with {current.manifest.base_iri}, where this server does not"
            " listen; to move them set base_iri (OGPLD_BASE_IRI=…) and build",
        )
    become_parent(settings, listening)


def _overlap(host: str, other: str) -> bool:
    """Say whether whoever listens at one address is in the way of the other, at the same port."""
    return host == other or not {host, other}.isdisjoint({"0.0.0.0", "::"})  # noqa: S104  (no binding)


def _is_local(release: Release) -> bool:
    """Say whether the data is named after this machine: behind a proxy its host is another's."""
    return urlsplit(release.manifest.base_iri).hostname in {"localhost", "127.0.0.1", "::1"}


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens at the address of the settings.

    Raises:
        ConfigError: naming an address where somebody listens already.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(
        socket, "TCP_NOTSENT_LOWAT"
    ):  # else an unread answer fills the buffers of the system
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}",
            hint=_HINTS.get(error.errno or 0, _NO_ADDRESS),
        ) from error
    return listening
