"""What systemd is told of this service, by its own protocol (sd_notify(3)): a datagram of lines to the socket it names."""

import contextlib
import socket

READY = "READY=1"
ALIVE = "WATCHDOG=1"


def tell(address: str, what: str) -> None:
    """Tell it, if it listens; "" is nobody's address. A first "@" stands for the NUL of an abstract one."""
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.setblocking(False)
        line.sendto(what.encode(), "\0" + address[1:] if address.startswith("@") else address)
