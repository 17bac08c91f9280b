"""nginx with a folder of files, as the measure of how quickly a document can be handed out."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import free_port

_SETTINGS = """daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; types {{ text/turtle ttl; }}
client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
server {{ listen 127.0.0.1:{port}; root {folder}; keepalive_requests 1000000; }} }}
"""


@contextmanager
def nginx_of(program: str | None, folder: Path) -> Iterator[str | None]:
    """Serve a folder, and return its address; None when nginx is not here."""
    if program is None:
        yield None
        return
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(_SETTINGS.format(folder=folder, port=port))
    folder.chmod(0o755)
    quiet = subprocess.DEVNULL
    with subprocess.Popen([program, "-c", str(settings)], stdout=quiet, stderr=quiet) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()
