"""Watch for clients that leave, where the HTTP server can only be asked about it (waitress)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ogpld.stores import CancelToken
from ogpld.web.server.front import Front, StartResponse

#: Seconds between two looks at the connections under way.
_LOOK = 0.2


class Watched:
    """A WSGI application whose requests end when their client leaves.

    One thread looks after all connections, and sleeps while there are none.
    """

    def __init__(self, front: Front) -> None:
        self._front = front
        self._changed = threading.Condition()
        self._watched: dict[CancelToken, Callable[[], bool]] = {}
        threading.Thread(target=self._watch, name="hangups", daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        token = environ["ogpld.cancel"] = CancelToken()
        gone = environ.get("waitress.client_disconnected")
        if gone is None:
            return self._front(environ, start_response)
        with self._changed:
            self._watched[token] = gone
            self._changed.notify()
        try:
            return self._front(environ, start_response)
        finally:
            with self._changed:
                del self._watched[token]

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._watched:
                    self._changed.wait()
                looked_at = list(self._watched.items())
            for token, gone in looked_at:
                if gone() and not token.cancelled:
                    token.cancel()
            threading.Event().wait(_LOOK)
