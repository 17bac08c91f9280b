"""Make what readers ask first of a release before it comes into service, so that none of them waits for it.

Coverage, the facts of the catalogue, the columns of lists and whole lists are made once a release, with the
first answer that wants them. What is asked here are the answers themselves, which are kept as any other. A
page is kept for each Accept header, and browsers have their own: theirs are made anew, in milliseconds, of
what was made once. A release that is taken up at the start of a server is not prepared: its first answer
counts more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from werkzeug.test import EnvironBuilder

from ogpld.formats import media
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.past_releases import PastReleases
from ogpld.web.server.response_cache import Application, ResponseCache

_LOG = logging.getLogger("ogpld")

_PAGE, _TURTLE, _ANY = media.HTML.type, media.offer_of(media.TURTLE).media_type, "*/*"
#: What is asked for, the most asked first: path and Accept.
_FIRST = (
    *(("/", _PAGE), ("/", _TURTLE), ("/catalog.ttl", _ANY), ("/catalog.jsonld", _ANY)),
    *(("/doc/commitment", _PAGE), ("/doc/commitment.csv", _ANY), ("/doc/member", _PAGE)),
    *(("/doc/member.csv", _ANY), ("/doc/action-plan", _PAGE), ("/.well-known/void", _TURTLE)),
    *(("/chart", _PAGE), ("/compare", _PAGE), ("/queries", _PAGE), ("/catalog", _PAGE)),
    *(("/doc/assessment", _PAGE), ("/code", _PAGE)),
)
#: Seconds that a release waits for its first answers.
_SECONDS = 5.0
#: Whom the work is charged to: no client has this address (RFC 1122 section 3.2.1.3).
_NOBODY = "0.0.0.0"  # noqa: S104


class _Prepared:
    """A release as if it were in service already."""

    def __init__(self, serving: OpenRelease, past: PastReleases) -> None:
        self.serving, self.past = serving, past

    @contextmanager
    def lease(self) -> Iterator[OpenRelease]:
        """Give the release."""
        yield self.serving


def make_first_answers(
    serving: OpenRelease, current_release: CurrentRelease, application: Application
) -> None:
    """Make the answers that are usually asked first, for some seconds at most; faults are logged."""
    prepared = cast("CurrentRelease", _Prepared(serving, current_release.past))
    responses, until = ResponseCache(prepared, application), time.monotonic() + _SECONDS
    for path, accept in _FIRST:
        if time.monotonic() > until:
            return
        headers = (("Accept", accept), ("Accept-Encoding", "gzip"))
        environ = EnvironBuilder(path, headers=headers).get_environ()
        environ["REMOTE_ADDR"] = _NOBODY
        try:
            for _ in responses(environ, lambda *_: None):
                pass
        except Exception:  # noqa: BLE001  (a release is served with or without)
            _LOG.warning("%s of %s cannot be made beforehand", path, serving.release.id)
