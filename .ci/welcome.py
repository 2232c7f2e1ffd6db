"""Wait until the service answers, then say where it is and as whom one can sign in.

Takes the web server's process id: where that process has ended, nothing will ever answer.
"""

import os
import sys
import time
import urllib.error
import urllib.request


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True  # it answers; what is wrong stands in its log
    except OSError:
        return False


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> int:
    host, port, mode = os.environ["HOST"], os.environ["PORT"], os.environ["MODE"]
    local = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    until = time.monotonic() + 120
    while not answers(f"http://{local}:{port}/healthz"):
        if not alive(int(sys.argv[1])) or time.monotonic() > until:
            print(f"The service does not answer on port {port}; see the messages above.", file=sys.stderr)
            return 1
        time.sleep(0.05)
    shown = "localhost" if local == "127.0.0.1" else local
    print(f"\n  Accelerera is open at http://{shown}:{port}/", flush=True)
    if mode == "demo":
        print(f"  Sign in at http://{shown}:{port}/sign-in: choose one of the demonstration's people there.")
    print("  Ctrl-C stops it.\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
