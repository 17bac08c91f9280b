"""What is no regular file in the place of one is refused, not waited for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from support.registers import read_register, write_register

from ogpld.claims.claim_table import read_claims
from ogpld.errors import SourceError
from ogpld.model import Model
from ogpld.regular_file import regular_bytes
from ogpld.sources.linkset_table import read_linksets

LINES = "No,commitment,identifier,value,"


@pytest.mark.parametrize("name", ["source.toml", "mapping.csv", "register.csv", "fixes.csv"])
def test_a_pipe_is_refused(tmp_path: Path, model: Model, name: str) -> None:
    """Whichever file of a source it stands for."""
    folder = write_register(tmp_path / "plan", "No\nXY1\n", LINES)
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(SourceError, match="no regular file") as refused:
        read_register(folder, model)
    assert name in str(refused.value.where)


def test_tables_beside_sources_are_no_pipes(tmp_path: Path) -> None:
    """Claims and linksets, which need not be there."""
    path = tmp_path / "t.csv"
    assert not read_claims(path)
    assert not read_linksets(path)
    os.mkfifo(path)
    for read in (read_claims, read_linksets):
        with pytest.raises(SourceError, match="no regular file"):
            read(path)


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    """Folders, sockets and devices are no files, links to them neither."""
    (tmp_path / "file").write_bytes(b"a")
    link = tmp_path / "link"
    link.symlink_to("file")
    assert regular_bytes(link) == b"a"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for target in (tmp_path, tmp_path / "socket", Path("/dev/zero"), tmp_path / "none"):
            link.unlink()
            link.symlink_to(target)
            with pytest.raises(OSError, match=str(link)):
                regular_bytes(link)


@pytest.mark.parametrize("value", ["[" * 5_000, "9" * 10_000])
def test_a_description_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, model: Model, value: str
) -> None:
    """As the file of settings is."""
    folder = write_register(tmp_path / "plan", "No\nXY1\n", LINES)
    (folder / "source.toml").write_text(f"title = {value}")
    with pytest.raises(SourceError, match="not TOML: "):
        read_register(folder, model)
