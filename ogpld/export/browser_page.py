"""The pages of an export that no server has: what is said of errors, and SPARQL in the browser."""

from __future__ import annotations

import json

from ogpld.error_codes import ERRORS
from ogpld.export.answers import Site
from ogpld.export.file_tree import FileTree
from ogpld.formats import media

#: Errors that a web server answers with a file, by status.
_FILES = {404: "not-exported", 406: "not-acceptable"}


def write_error_files(tree: FileTree, folder: str, site: Site, prefix: str) -> None:
    """Write what a web server says of an address there is not, and of a form there is not."""
    for status, code in _FILES.items():
        entry = ERRORS[code]
        problem = {
            "type": f"{prefix}/errors/{code}",
            "title": "Not Found" if status == 404 else "Not Acceptable",
            "status": status,
            "code": code,
            "detail": entry.meaning,
            "hint": entry.remedy,
        }
        text = json.dumps(problem, ensure_ascii=False, indent=1) + "\n"
        tree.write(f"{folder}{prefix}/~{status}.json", text.encode())
        page = site.get(f"/errors/{code}", accept=media.HTML.type)
        tree.write(f"{folder}{prefix}/~{status}.html", page.body)
