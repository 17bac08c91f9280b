"""Write THIRD_PARTY.md: what is in the query editor's files, what Python packages we stand on, their licences.

    python deploy/third_party.py FOLDER > THIRD_PARTY.md      # make third-party

FOLDER holds `package-lock.json` with `node_modules` as npm put them there. Python packages are those of the lock files in
`deploy/`, but for those of the extra `dev` alone; their licences are as the installed packages state them.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = """\
# Software of others

Written by `make third-party`; `tests/test_supply.py` holds it against the lock files. What is ours is under
[LICENSE](LICENSE), what the data is under stands in [data/LICENSE](data/LICENSE).

## Python packages

They are not in our files; pip installs them beside us. Versions and digests: `deploy/requirements*.lock`.

| package | licence, as the package states it |
|---|---|
"""
EXTRA = """
With the extra `{}` also:

| package | licence, as the package states it |
|---|---|
"""
EDITOR = """
## In the query editor

`make editor` copies `yasgui.min.js` and `yasgui.min.css` of `@zazuko/yasgui` into `ogpld/web/static/editor/`, and a
wheel made with `make wheel` carries them. These packages are built into the two files, or were used to build them:

| package | version | licence, as the package states it |
|---|---|---|
"""
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""
#: What stands for the text of a package that carries none, by the licence it states.
TEXTS = {
    "MIT": f"The package carries no text; it states MIT, whose words are:\n\n{MIT}",
    "MIT OR Apache-2.0": f"The package carries no text; it states MIT or Apache 2.0, and MIT's words are:\n\n{MIT}",
    "CC0-1.0": "The package carries no text; it states CC0 1.0, which gives up all rights: "
    "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
}

#: Licences of packages that state one in a file alone.
IN_FILES = {"resvg-py": "MIT License"}
FONT = """
## In our files

`ogpld/charts/fonts/DejaVuSans.ttf` is a part of DejaVu Sans (https://dejavu-fonts.github.io/): its Latin, Greek and
Cyrillic letters. Its licence is beside it.
"""


def python_licence(name: str) -> str:
    """Return the licence an installed package states."""
    if name in IN_FILES:
        return IN_FILES[name]
    described = metadata(name)

    def first(field: str) -> str:
        return next(iter(described.get_all(field) or []), "")

    named = first("License-Expression") or first("License")
    classified = [
        line.rpartition(" :: ")[2]
        for line in described.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    short = named if named and "\n" not in named else ", ".join(classified)
    if not short:
        sys.exit(f"{name} states no licence: look it up and say so here")
    return short


def locked(file: str) -> list[str]:
    """Return the packages of a lock file."""
    return re.findall(r"(?m)^([\w.-]+)==", (ROOT / "deploy" / file).read_text(encoding="utf-8"))


def main(folder: Path) -> str:
    """Return the document."""
    base = locked("requirements.lock")
    lines = [HEAD, *(f"| {name} | {python_licence(name)} |\n" for name in base)]
    for file in sorted((ROOT / "deploy").glob("requirements-*.lock")):
        extra = file.stem.partition("-")[2]
        if extra != "dev":
            names = [name for name in locked(file.name) if name not in base]
            lines += [EXTRA.format(extra), *(f"| {n} | {python_licence(n)} |\n" for n in names)]
    lines += [FONT, EDITOR]
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    texts: dict[str, list[str]] = {}
    for path, package in sorted(packages.items()):
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        stated = package.get("license", "see its text below")
        lines.append(f"| {name} | {package['version']} | {stated} |\n")
        files = sorted(p for p in (folder / path).iterdir() if p.name.lower().startswith("licen"))
        files = [file for file in files if file.name != "LICENSE-MPL"] or files
        text = "\n\n".join(file.read_text(encoding="utf-8").strip() for file in files)
        texts.setdefault(text or TEXTS[stated], []).append(name)
    lines.append("\n## Texts of the licences\n")
    for text, names in texts.items():
        tidy = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
        lines.append(f"\n### {', '.join(names)}\n\n~~~text\n{tidy}\n~~~\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])))
