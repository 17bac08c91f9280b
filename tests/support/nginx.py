"""A real nginx on a free port, with a configuration of a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.programs import demand
from support.running import free_port, listener

_CONFIGURATION = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, http: str, server: str) -> Iterator[str]:
    """Run nginx with these parts of its configuration, and yield its address without a last slash."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    demand("nginx", there=program is not None, lacking="install it")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            # folders of tests are for their owner alone
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            http=http,
            server=server,
            port=port,
        ),
        encoding="utf-8",
    )
    command = [str(program), "-c", configuration]
    with listener(command, port, folder / "nginx.log"):
        yield f"http://127.0.0.1:{port}"
