"""The next release answers what is asked first before it comes into service."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.small import Small
from werkzeug.test import Client, EnvironBuilder

from ogpld.config import Settings
from ogpld.web.server import first_answers
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.server.request_head import RequestHead


def test_the_next_release_is_prepared(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first answers are there when it is taken up, and are those that a client gets."""
    monkeypatch.setattr(first_answers, "_SECONDS", 60.0)
    site = Small(tmp_path)
    site.publish(site.lines)
    front = create_wsgi_application(Settings(home=site.home, workers=1))
    try:
        site.publish(line.replace("Albania,AL", "Albania two,AL") for line in site.lines)
        with front.current_release.lease() as serving:
            before = serving.release.id
        deadline = time.monotonic() + 60
        while before == serving.release.id:  # the watcher takes it up
            assert time.monotonic() < deadline
            time.sleep(0.1)
            with front.current_release.lease() as serving:
                pass
        headers = (("Accept", "*/*"), ("Accept-Encoding", "gzip"))
        for path in ("/doc/commitment.csv", "/doc/member.csv"):
            answer = front.repeat(
                RequestHead(), EnvironBuilder(path, headers=headers).get_environ()
            )
            assert answer is not None, path
            assert answer.body == Client(front).get(path, headers=headers).data
        page = Client(front).get("/doc/member", headers={"Accept": "text/html"}).text
        assert "Albania two" in page
        assert "cannot be made beforehand" not in caplog.text
    finally:
        front.current_release.close()
