"""One run of the browser's process: started, asked for pages, ended; killed where it hangs, and swept up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread, Timer
from typing import Any

from service.sources.browser_page import Orders

PARTING_SECONDS = 10.0  # to close the browser, before it is taken for hung
SWEEPS = 60  # half a second apart

_IMPORT_ROOT = Path(__file__).resolve().parents[2]
_INHERITED = ("HOME", "LANG", "PATH", "PLAYWRIGHT_BROWSERS_PATH", "SYSTEMROOT")


class Child:
    """A process of ``sources.browser_child``, running from the moment this is made."""

    def __init__(self, orders: Orders) -> None:
        self.hung = False
        self._folder = mkdtemp(prefix="shopbell-browser-")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.sources.browser_child", json.dumps(asdict(orders))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a page makes a browser say belongs in no log
            encoding="utf-8",
            env=_environment(self._folder),
            cwd=_IMPORT_ROOT,
            start_new_session=True,
        )
        self._sweeper = Thread(target=self._sweep, daemon=True)
        self._sweeper.start()

    def is_running(self) -> bool:
        """Whether it could still be asked; one that was idle has ended by itself."""
        return self.process.poll() is None

    def ask(self, page: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Its answer; ``None`` where it ended before giving one, or was killed after ``seconds``."""
        assert self.process.stdin
        assert self.process.stdout
        timer = Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        try:
            self.process.stdin.write(f"{json.dumps(page)}\n")
            self.process.stdin.flush()
            said = self.process.stdout.readline()
        except OSError:  # it is gone, or on its way
            return None
        finally:
            timer.cancel()
        answer: dict[str, Any] | None = json.loads(said) if said.endswith("\n") else None
        return answer

    def end(self) -> int:
        """End it, by force if need be, and tell its exit code: 0 where it ended as it should."""
        assert self.process.stdin
        assert self.process.stdout
        with suppress(OSError):
            self.process.stdin.close()  # it ends by itself then, and takes the browser with it
        try:
            self.process.wait(PARTING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        code = self.process.wait()
        self.process.stdout.close()
        self._sweeper.join(1)
        return code

    def _kill(self) -> None:
        self.hung = True
        self.process.kill()

    def _sweep(self) -> None:
        """Leave neither a zombie nor a profile. A browser whose process was killed lives a moment longer."""
        self.process.wait()
        for _ in range(SWEEPS):
            shutil.rmtree(self._folder, ignore_errors=True)
            if not Path(self._folder).exists():
                return
            time.sleep(0.5)


def _environment(folder: str) -> dict[str, str]:
    """Where programs lie and where to put what it makes; none of our secrets."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | dict.fromkeys(("TEMP", "TMP", "TMPDIR"), folder)
