"""A server of bytes on this machine, for what no HTTP library would do: a thread for each connection."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress


class TcpServer(ABC):
    """Hands each connection to `serve`, which a subclass has.

    Attributes:
        address: of SPARQL queries there.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/query"
        threading.Thread(target=self._accept, daemon=True).start()

    @abstractmethod
    def serve(self, connection: socket.socket) -> None:
        """Do what is to be done with a connection."""

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()
