"""The pages of an export that no server has: what is said of errors, and SPARQL in the browser."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus
from importlib import resources

from ogpld.dumps.dump_index import CODES, WHOLE
from ogpld.error_codes import ERRORS
from ogpld.export.answers import Site
from ogpld.export.file_tree import FileTree
from ogpld.export.records import AddressRecord, FileHeaders, RecordJournal
from ogpld.formats import media
from ogpld.web.current.dataset_facts import dumps, facts
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.responses import CSP, LIVE

#: The page runs WebAssembly, which no other page may.
POLICY = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

#: Errors that a web server answers with a file, by status.
_FILES = {404: "not-exported", 406: "not-acceptable"}


def write_error_files(tree: FileTree, folder: str, site: Site, prefix: str) -> None:
    """Write what a web server answers for an unknown address, and for an unknown form."""
    for status, code in _FILES.items():
        entry = ERRORS[code]
        problem = {
            "type": f"{prefix}/errors/{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": entry.meaning,
            "hint": entry.remedy,
        }
        text = json.dumps(problem, ensure_ascii=False, indent=1) + "\n"
        tree.write(f"{folder}{prefix}/~{status}.json", text.encode())
        page = site.get(f"/errors/{code}", accept=media.HTML.type)
        tree.write(f"{folder}{prefix}/~{status}.html", page.body)


def write_query_page(
    tree: FileTree, folder: str, current: OpenRelease, journal: RecordJournal, prefix: str
) -> bool:
    """Write the page that asks the data in the browser; say whether there is one.

    It needs dumps, which it loads, and the engine (`make engine`).
    """
    listed = dumps(current)
    package = resources.files("ogpld.export")
    engine = package / "browser"
    if listed is None or not (engine / "web_bg.wasm").is_file():
        return False
    release, index = listed
    titles = {dataset.name: dataset.title for dataset in facts(current).datasets}
    size = sum(f.bytes for f in index.of(WHOLE) if f.kind == "nq" and f.gzip)
    options = "".join(
        f'<option value="{escape(name)}">{escape(titles.get(name, name))}</option>'
        for name in index.datasets
        if name not in {WHOLE, CODES}
    )
    values = {
        "prefix": prefix,
        "title": escape(current.settings.site_name or current.settings.title),
        "size": f"{size / 1e6:.1f} MB for all members, less for one",
        "base": escape(current.iris.base),
        "dumps": escape(f"{prefix}/dump/{release.id}"),
        "hidden": escape(current.release.hidden_graphs[0]),
        "members": options,
    }
    page = (package / "page" / "sparql.html").read_text(encoding="utf-8")
    for name, value in values.items():
        page = page.replace(f"{{{name}}}", value)
    head = (f"{media.HTML.type}; charset=utf-8", LIVE, "", POLICY, "en")
    name = f"{folder}{prefix}/sparql.html"
    tree.write(name, page.encode(), text=True)
    forms = ((media.HTML.type, "html"),)
    journal.add(AddressRecord(f"{prefix}/sparql", forms=forms, files={name: head}))
    scripts = [(package / "page" / f, f) for f in ("sparql-page.js", "graph-store.js")]
    scripts += [(engine / f, f"browser/{f}") for f in ("web.js", "web_bg.wasm")]
    for source, target in scripts:
        path = f"{prefix}/static/{target}"
        is_script = target.endswith(".js")
        kind = f"{media.SCRIPT.type}; charset=utf-8" if is_script else media.WASM.type
        tree.write(f"{folder}{path}", source.read_bytes(), text=True)
        files: dict[str, FileHeaders] = {f"{folder}{path}": (kind, LIVE, "", "", "")}
        journal.add(AddressRecord(path, files=files))
    return True
