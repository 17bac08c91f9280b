"""Real proxies in front of a server, with the files that `deploy/` has for them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.programs import demand
from support.running import ROOT, free_port, listener

HOST = "data.example.org"
_NGINX = """\
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class FrontProxy:
    """A proxy that runs.

    Attributes:
        name: of the program.
        port: where it speaks TLS.
        certificate: its own, for clients to trust.
        log: what it wrote.
    """

    name: str
    port: int
    certificate: Path
    log: Path


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate for the host and its key."""
    demand("openssl", there=bool(shutil.which("openssl")), lacking="install it")
    chain, key = folder / "fullchain.pem", folder / "privkey.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", chain, "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return chain, key


def _replaced(name: str, *pairs: tuple[str, str]) -> str:
    """Return a file of `deploy/` for this machine; what is replaced must be there."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, f"deploy/{name} has no {old!r}"
        text = text.replace(old, new)
    return text


def _command(name: str, folder: Path, port: int, *servers: int) -> list[str | Path]:
    """Write the configuration of a proxy, and return how it is started."""
    chain, key = certificate(folder)
    targets = [
        (f"127.0.0.1:{8000 + number}", f"127.0.0.1:{server}")
        for number, server in enumerate(servers)
    ]
    target = targets[0]
    plain = free_port()
    if name == "nginx":
        site = _replaced(
            "nginx.conf" if len(targets) == 1 else "nginx-replicas.conf",
            *targets,
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("  listen [::]:443 ssl http2;\n", ""),
            ("  listen [::]:80;\n", ""),
            ("/etc/ssl/ogpld", str(folder)),
        )
        (folder / "site.conf").write_text(site)
        (folder / "nginx.conf").write_text(_NGINX.format(folder=folder))
        return ["nginx", "-p", folder, "-c", folder / "nginx.conf"]
    if name == "caddy":
        site = _replaced(
            "Caddyfile",
            target,
            (
                "{\n\tservers {",
                f"{{\n\tadmin off\n\thttps_port {port}\n\thttp_port {plain}\n\tservers {{",
            ),
            (f"{HOST} {{", f"{HOST} {{\n\tbind 127.0.0.1\n\ttls {chain} {key}"),
        )
        (folder / "Caddyfile").write_text(site)
        return ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    (folder / "site.pem").write_bytes(chain.read_bytes() + key.read_bytes())
    site = _replaced(
        "haproxy.cfg",
        target,
        ("bind :443 ", f"bind 127.0.0.1:{port} "),
        ("bind :80\n", f"bind 127.0.0.1:{plain}\n"),
        ("  bind :::443 v6only ssl crt /etc/ssl/ogpld/site.pem alpn h2,http/1.1\n", ""),
        ("  bind :::80 v6only\n", ""),
        ("/etc/ssl/ogpld", str(folder)),
    )
    (folder / "haproxy.cfg").write_text(site)
    return ["haproxy", "-db", "-f", folder / "haproxy.cfg"]


@contextmanager
def front_proxy(name: str, folder: Path, *servers: int) -> Iterator[FrontProxy]:
    """Run a proxy in front of a server, or nginx in front of two replicas, until the end of the block.

    Args:
        name: `nginx`, `caddy` or `haproxy`.
        folder: an empty one, for its files.
        servers: port of each server.
    """
    demand(name, there=bool(shutil.which(name)), lacking="install it")
    port, log = free_port(), folder / "proxy.log"
    command = _command(name, folder, port, *servers)
    programs = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder)}
    with listener(command, port, log, programs):
        yield FrontProxy(name, port, folder / "fullchain.pem", log)


@contextmanager
def engines_proxy(folder: Path, engines: Sequence[int], other: int) -> Iterator[str]:
    """Run HAProxy in front of two engines and a Virtuoso until the end of the block; return where queries go.

    Args:
        folder: an empty one, for its files.
        engines: ports of the engines.
        other: port of the Virtuoso.
    """
    demand("haproxy", there=bool(shutil.which("haproxy")), lacking="install it")
    port = free_port()
    pairs = [
        (f"127.0.0.1:{n}", f"127.0.0.1:{own}") for n, own in ((3031, port), (3033, free_port()))
    ]
    pairs += [(f"127.0.0.1:304{n}", f"127.0.0.1:{own}") for n, own in enumerate(engines, 1)]
    (folder / "engines.cfg").write_text(_replaced("haproxy-engines.cfg", *pairs))
    command: list[str | Path] = ["haproxy", "-db", "-f", folder / "engines.cfg"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "VIRTUOSO": f"127.0.0.1:{other}"}
    with listener(command, port, folder / "proxy.log", environment):
        yield f"http://127.0.0.1:{port}/ds/query"
