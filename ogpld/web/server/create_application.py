"""Make what answers requests in the web process, over the current release.

One web process with many threads, because waiting for a worker holds a thread and documents must go on beside
it; the event loop in front of them reads requests and sends answers. SIGTERM drains; a new `current` is taken
up by the process itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ogpld.config import Settings
from ogpld.web.app import body_limits, create_app
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.routes.plain_application import PlainApplication
from ogpld.web.server.application import WebApplication
from ogpld.web.server.first_answers import make_first_answers
from ogpld.web.server.response_cache import ResponseCache

#: Threads beyond those that can wait for query workers: documents and errors.
_SPARE = 16


def _threads(settings: Settings) -> int:
    waiting = settings.query_queue + settings.validate_queue
    past = 3 * settings.past_requests
    return settings.query_workers + settings.query_long + 1 + waiting + past + _SPARE


def create_application(settings: Settings) -> tuple[WebApplication, CurrentRelease]:
    """Return what answers requests, and the release it answers from, opened."""
    flask = create_app(settings)
    responses = _over_current_release(settings, flask.wsgi_app)
    limits = body_limits(flask, settings)
    application = WebApplication(
        responses,
        limits,
        _threads(settings),
        settings.query_text_bytes,
        PlainApplication(flask.url_map, flask.callers),
    )
    return application, responses.current_release


def create_wsgi_application(settings: Settings) -> ResponseCache:
    """Return the same as a WSGI application without threads: for a server of another kind, and for tests."""
    return _over_current_release(settings, create_app(settings).wsgi_app)


def _over_current_release(
    settings: Settings, application: Callable[..., Iterable[bytes]]
) -> ResponseCache:
    current_release = CurrentRelease(settings)
    current_release.prepare = partial(
        make_first_answers, current_release=current_release, application=application
    )
    current_release.start()
    return ResponseCache(current_release, application)
