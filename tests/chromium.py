"""A Chromium that needs no root and no system libraries, unpacked once into .cache.

``CHROMIUM=/path/to/chromium`` uses that one instead.
"""

import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests import node, rundir

UNPACK = """
const {createReadStream, createWriteStream} = require('fs');
const {createBrotliDecompress} = require('zlib');
const {pipeline} = require('stream/promises');
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/fontcache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""

ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


@dataclass(frozen=True)
class Chromium:
    """Where the browser is and what it needs to start."""

    executable: Path
    environment: dict[str, str]

    def launch_options(self) -> dict[str, object]:
        """What Playwright's ``launch`` is told."""
        sandbox = sandbox_allowed()
        return {
            "executable_path": str(self.executable),
            "env": {**os.environ, **self.environment},
            "args": [*ARGUMENTS, *([] if sandbox else ["--no-sandbox"])],
            "chromium_sandbox": sandbox,
        }


def sandbox_allowed() -> bool:
    """Whether an ordinary user may make the name spaces that the browser's sandbox consists of."""
    if os.geteuid() == 0:
        return False
    unshare = shutil.which("unshare")
    return unshare is None or subprocess.run([unshare, "--user", "true"], capture_output=True).returncode == 0


def installed() -> Chromium:
    """The browser, unpacked first where that has not happened yet."""
    own = os.environ.get("CHROMIUM")
    if own:
        return Chromium(Path(own), {})
    package = node.modules() / "@sparticuz" / "chromium"
    version = json.loads((package / "package.json").read_text())["version"]
    home = node.CACHE / f"chromium-{version}"
    with rundir.locked(node.CACHE / "chromium.lock"):
        if not home.exists():
            fresh = node.CACHE / f"chromium-making-{os.getpid()}"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            _unpack(package / "bin", fresh)
            fresh.rename(home)
        (home / "fonts.conf").write_text(FONTS.format(home=home))
    return Chromium(
        home / "chromium",
        {"LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_PATH": str(home), "XDG_CACHE_HOME": str(home)},
    )


def _unpack(packed: Path, home: Path) -> None:
    node.run("-e", UNPACK, packed / "chromium.br", home / "chromium")
    (home / "chromium").chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        archive = home / f"{name}.tar"
        node.run("-e", UNPACK, packed / f"{name}.tar.br", archive)
        with tarfile.open(archive) as file:
            file.extractall(home, filter="data")
        archive.unlink()
