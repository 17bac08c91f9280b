"""A folder of data with sources of a few rows, as somebody begins their own."""

from __future__ import annotations

from pathlib import Path

from ogpld.config import Settings
from ogpld.pipeline import Inputs, Published, publish_sources
from ogpld.pipeline.progress import Progress

SOURCE = (
    'title = "T"\npublisher = "P"\nlicence = "https://creativecommons.org/licenses/by/4.0/"\n'
    'retrieved = 2026-01-02\ncovers = "c"\nleaves_out = "l"\n'
)
#: The header of a small table of bodies, as `ogpld template institution` has it.
BODIES = "key,prefLabel@en,classification,source\n"


def template_table(file: str, unit: str) -> str:
    """Return the entry of a table filled in after a template."""
    return f'[[table]]\nfile = "{file}"\nunit = "{unit}"\nlayout = "template"\n'


def body(key: str, name: str) -> str:
    """Return a row of the table of bodies."""
    return f"{key},{name},agency,https://x.example/\n"


def small_source(data: Path, name: str, tables: str, **files: str | bytes) -> Path:
    """Make a source, and what the folder of data has beside it; return its folder.

    Args:
        data: the folder.
        name: of the source.
        tables: its `[[table]]` entries.
        files: its files, `__` for the dot of a name.
    """
    folder = data / "sources" / name
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(SOURCE + tables, encoding="utf-8")
    for file, content in files.items():
        content_bytes = content if isinstance(content, bytes) else content.encode()
        (folder / file.replace("__", ".")).write_bytes(content_bytes)
    (data / "reconciliation").mkdir(exist_ok=True)
    (data / "reconciliation" / "institutions.csv").write_text("text,part,institution,evidence\n")
    (data / "identity.csv").write_text(
        "key,official_id,member,plan,printed_number,title,first_seen,last_seen,replaced_by\n"
    )
    return folder


def build(data: Path, home: Path, *, full: bool = False) -> tuple[Published, str]:
    """Build; return what came of it, and all findings as text."""
    result = publish_sources(Inputs(data=data), Settings(home=home), Progress(), full=full)
    return result, result.report.as_text(worst_only=False) if result.report else ""


def lines(result: Published) -> str:
    """Return the quads of the release."""
    assert result.release is not None
    return b"".join(result.release.lines()).decode()
