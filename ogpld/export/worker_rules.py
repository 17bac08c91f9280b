"""Rules for a content delivery network: a worker of Cloudflare over a bucket (R2) that has the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources

from ogpld.export.export_rules import IGNORED, ExportRules
from ogpld.formats import media
from ogpld.language_tags import LANGUAGES

_ALIASES = {row.type: list(row.aliases) for row in media.MEDIA_TYPES}


def worker_files(rules: ExportRules) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the worker and of its rules."""
    content = {
        "prefix": rules.prefix,
        "languages": list(LANGUAGES),
        "translated": list(rules.languages),
        "ignored": IGNORED,
        "aliases": _ALIASES,
        "lists": rules.form_lists,
        "thingList": rules.thing_list,
        "addresses": rules.lists,
        "redirects": rules.redirects,
        "headers": {
            name: {"endings": table.by_ending, "files": table.by_file}
            for name, table in rules.headers.items()
        },
        "problem": media.PROBLEM.type,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    yield "worker/rules.js", f"export default {text};\n"
    yield "worker/package.json", '{"type": "module", "private": true}\n'
    script = resources.files("ogpld.export") / "worker.js"
    yield "worker/worker.js", script.read_text(encoding="utf-8")
