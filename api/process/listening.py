"""The sockets at which the service listens: bound before anything is begun, so that a wrong address is told at once."""

from __future__ import annotations

import socket

from api.config.settings import SettingsError

ACCEPTED_AT_ONCE = 48


def listening_at(host: str, port: int) -> socket.socket:
    """Give a socket bound to the address, which refuses clients until the service is ready.

    Raises: SettingsError.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        told = f"RENXIN_HOST, RENXIN_PORT: cannot listen at {host} port {port} 无法监听: {error.strerror}."
        raise SettingsError((told,)) from error
    listening.set_inheritable(True)  # to the processes of RENXIN_WORKERS
    return listening


def several(listening: socket.socket) -> list[socket.socket]:
    """Give a listening socket several times over: the loop accepts one connection of each in a round.

    With one, a busy process takes in fifty new clients a second, and the others wait for as long as it takes.
    """
    return [listening, *(listening.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]
