"""No network in tests: only this machine's own loop and sockets in the file system."""

import socket
from typing import Any

import pytest

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)


class NetworkUsed(RuntimeError):
    """Something wanted to leave the machine."""


def forbid(patch: pytest.MonkeyPatch) -> None:
    """Refuse every connection and every look-up of a name beyond this machine."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise NetworkUsed(f"a test wanted to reach {address[0]}")

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            check(address)
            return original(self, address)

        return call

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check((host.decode() if isinstance(host, bytes) else host,))
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
