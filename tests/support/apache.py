"""A real Apache httpd on a free port, with a folder of files and rules of a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.programs import demand
from support.running import free_port, listener

#: Those that the rules name, and what any site has.
_MODULES = (
    "authz_core",
    "mime",
    "dir",
    "rewrite",
    "headers",
    "setenvif",
    "negotiation",
    "mpm_event",
)
_PLACES = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/local/apache2/modules")
_CONFIGURATION = """\
{user}
{modules}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
TypesConfig /etc/mime.types
Listen 127.0.0.1:{port}
DocumentRoot {site}
<Directory {site}>
    Require all granted
    {directory}
</Directory>
"""


@contextmanager
def apache(folder: Path, site: Path, directory: str) -> Iterator[str]:
    """Run Apache over a folder with lines of its `<Directory>`; yield its address without a last slash.

    Started by root it gives that up: the folder must be open to others, which folders of pytest are not.
    """
    program = shutil.which("apache2", path="/usr/sbin:/usr/bin") or shutil.which("httpd")
    modules = next((place for place in _PLACES if Path(place).is_dir()), None)
    demand("apache", there=bool(program and modules), lacking="install apache2")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "httpd.conf"
    loaded = (f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES)
    configuration.write_text(
        _CONFIGURATION.format(
            user="User daemon\nGroup daemon" if os.geteuid() == 0 else "",
            modules="\n".join(loaded),
            folder=folder,
            port=port,
            site=site,
            directory=directory,
        ),
        encoding="utf-8",
    )
    command = [str(program), "-f", str(configuration), "-DFOREGROUND"]
    with listener(command, port, folder / "apache.log"):
        yield f"http://127.0.0.1:{port}"
