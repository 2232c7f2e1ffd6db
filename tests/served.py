"""The real service as real processes: the web server and the worker, on a free port, with mail that arrives."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from app.cli import main
from tests import rundir
from tests.mailbox import Outbox, Postman
from tests.schema import build_schema

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "accelerera.db"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(instance: Path, **more: str) -> dict[str, str]:
    """What a process of the service is told."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "JOBS_URL"}}
    return {**kept, "MODE": "demo", "INSTANCE": str(instance), "PYTHONWARNINGS": "default", **more}


def command(*arguments: str, environment: dict[str, str]) -> str:
    """Run ``accelerera`` with ``arguments``; what it printed. Fails with everything it said."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"accelerera {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def seeded_instance() -> Path:
    """An instance folder with the demonstration's data, made once per run; copy it."""
    path = rundir.folder() / "seeded"
    with rundir.locked(rundir.folder() / "seeded.lock"):
        if not path.exists():
            fresh = rundir.folder() / "seeding"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            build_schema(f"sqlite:///{fresh / DATABASE}")
            if "seed" in main.commands:
                command("seed", environment=environment(fresh))
            fresh.rename(path)
    return path


@dataclass
class Served:
    """A running service. ``url`` is how people reach it, ``content_url`` where course content lives."""

    instance: Path
    outbox: Outbox = field(default_factory=Outbox)
    workers: int = 1
    more: dict[str, str] = field(default_factory=dict)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.content_url = f"http://127.0.0.1:{self.port}"
        self.log = self.instance / "log.txt"
        self._postman = Postman(self.outbox)

    @property
    def environment(self) -> dict[str, str]:
        return environment(
            self.instance,
            HOST="127.0.0.1",
            PORT=str(self.port),
            SERVICE_URL=self.url,
            CONTENT_HOST=f"127.0.0.1:{self.port}",
            SMTP_HOST=self.outbox.host,
            SMTP_PORT=str(self.outbox.port),
            SMTP_TLS="0",
            **self.more,
        )

    def start(self) -> None:
        """Start the mail server, the web server and the worker; return when the service answers."""
        self._postman.start()
        web = ["granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        web += ["--workers", str(self.workers), "--no-ws", "--workers-kill-timeout", "5", "rsgi:server"]
        self._launch("-m", *web)
        self._launch("-m", "app.cli", "worker")
        self._wait_until_it_answers()

    def command(self, *arguments: str) -> str:
        """Run the command line on this service's data."""
        return command(*arguments, environment=self.environment)

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()
        self._postman.stop()

    def _launch(self, *arguments: str) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its own children end with it
            )
        self._running.append(process)

    def _wait_until_it_answers(self, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(f"{self.content_url}/healthz", timeout=5):
                    return
            except urllib.error.HTTPError:
                return  # it answers; whether it is well is the tests' business
            except OSError:
                gone = [process for process in self._running if process.poll() is not None]
                if gone or time.monotonic() > until:
                    said = self.log.read_text(errors="replace")
                    self.stop()
                    raise AssertionError(f"the service did not start:\n{said}") from None
                time.sleep(0.02)
