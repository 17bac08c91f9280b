"""Start the server: check what can be checked, listen, and keep a web process running that answers.

The process that keeps it running loads no part of the application, which is in the web process alone.
"""

from __future__ import annotations

import socket
import sys
from typing import NoReturn
from urllib.parse import urlsplit

from ogpld.base_path import base_path, require_base_path
from ogpld.catalogue.authority import check_settings
from ogpld.config import Settings
from ogpld.errors import ConfigError, ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.web.server.log_lines import log_to_stderr
from ogpld.web.server.parent_process import become_parent

#: Connections that wait to be taken in; bytes of each that wait in the system to be sent.
BACKLOG, _UNSENT = 1024, 131_072


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
    listening = _listen(settings)
    log_to_stderr(settings.log_format)
    sys.stderr.write(
        f"serving release {current.id} at http://{settings.host}:{settings.port}"
        f"{base_path(current.manifest.base_iri)}/  (Ctrl-C stops)\n"
    )
    for sentence in current.manifest.contradictions(settings):
        sys.stderr.write(
            f"warning: {sentence}\n  -> correct the setting (`ogpld settings` says where it was set) or build"
            " again; addresses in the data are those of the release\n"
        )
    if urlsplit(current.manifest.base_iri).port != settings.port and _is_local(current):
        sys.stderr.write(
            f"  addresses in the data begin with {current.manifest.base_iri}, where this server does not"
            " listen; to move them set base_iri (OGPLD_BASE_IRI=…) and build\n"
        )
    sys.stderr.flush()
    become_parent(settings, listening)


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
            hint="stop the other server, or choose another --host or --port",
        ) from error
    return listening
