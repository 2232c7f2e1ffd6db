"""Say so where somebody else listens already: the web server would share the port with them without a word."""

import os
import socket
import sys


def main() -> int:
    host, port = os.environ["HOST"], os.environ["PORT"]
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, ValueError, OverflowError) as error:
        print(
            f"Cannot listen on {host}, port {port}: {error}. PORT=8080 ./run uses another one.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
