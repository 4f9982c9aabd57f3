"""Firefox, as Debian has it, through WebDriver BiDi: no driver program in between."""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import IO, Any

from tests.extension import bidi
from tests.extension.browsers import PATIENCE, Browser, ScriptFailed, Tab
from tests.extension.deadline import PATIENCE as TO_START

EXTENSION = "extension@shopbell.example"
UUID = "5b0d1f5e-0c1c-4a5e-9d56-6a1c6a8f2b11"  # else a new one for each profile, and nobody would say which
PREFS: dict[str, object] = {
    "extensions.webextensions.uuids": json.dumps({EXTENSION: UUID}),
    "extensions.webextOptionalPermissionPrompts": False,  # grants what `permissions.request` asks for
    "network.dns.forceResolve": "127.0.0.1",
    "network.stricttransportsecurity.preloadlist": False,
    "security.cert_pinning.enforcement_level": 0,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
    "fission.bfcacheInParent": False,
}
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox(Browser):
    """``extension`` is an unpacked folder; port 443 of every host is ``port`` on loopback."""

    name = "firefox"
    origin = f"moz-extension://{UUID}/"

    def __init__(self, program: str, extension: Path, port: int) -> None:
        with ExitStack() as opened:
            profile = Path(
                opened.enter_context(
                    TemporaryDirectory(prefix="shopbell-firefox-", ignore_cleanup_errors=True)
                )
            )
            _write_prefs(profile, port)
            said = profile / "said"
            with said.open("w") as stream:
                process = opened.enter_context(_start(program, profile, stream))
            opened.callback(_end, process)
            self.session = opened.enter_context(bidi.Session(_address(process, said)))
            where = {"type": "path", "path": str(extension)}
            self.session.send("webExtension.install", {"extensionData": where})
            self._open = opened.pop_all()

    def tab(self) -> FirefoxTab:
        made = self.session.send("browsingContext.create", {"type": "tab"})
        return FirefoxTab(self.session, made["context"])

    def press_action(self) -> None:
        self._in_chrome(
            "const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');"
            f"const {{ extension }} = WebExtensionPolicy.getByID('{EXTENSION}');"
            "await ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);"
        )

    def stop_worker(self) -> None:
        self._in_chrome(f"await WebExtensionPolicy.getByID('{EXTENSION}').extension.terminateBackground();")

    def close(self) -> None:
        self._open.close()

    def _in_chrome(self, script: str) -> None:
        """Run a script in the browser's own window: what a person does there, no page can."""
        window = self.session.send("browsingContext.getTree", {"moz:scope": "chrome"})["contexts"][0]
        FirefoxTab(self.session, window["context"]).evaluate(f"(async () => {{ {script} }})()")


class FirefoxTab(Tab):
    """A browsing context."""

    def __init__(self, session: bidi.Session, context: str) -> None:
        self._session = session
        self._context = context

    def run(self, expression: str) -> Any:
        target = {"context": self._context}
        asked = {"expression": expression, "target": target, "awaitPromise": True}
        said = self._session.send("script.evaluate", asked)
        if said["type"] == "exception":
            raise ScriptFailed(said["exceptionDetails"]["text"])
        return said["result"].get("value")

    def go(self, address: str) -> None:
        asked = {"context": self._context, "url": address, "wait": "complete"}
        self._session.send("browsingContext.navigate", asked)

    def press_at(self, x: float, y: float) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        steps = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def type(self, text: str) -> None:
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": keys})

    def close(self) -> None:
        self._session.send("browsingContext.close", {"context": self._context})

    def _act(self, source: dict[str, Any]) -> None:
        self._session.send("input.performActions", {"context": self._context, "actions": [source]})


def _write_prefs(profile: Path, port: int) -> None:
    prefs = PREFS | {"network.socket.forcePort": f"443={port}"}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items())
    (profile / "user.js").write_text("".join(lines))


def _start(program: str, profile: Path, said: IO[str]) -> subprocess.Popen[bytes]:
    profile_and_port = [
        "--profile",
        str(profile),
        "--remote-debugging-port=0",
        "--remote-allow-system-access",
    ]
    return subprocess.Popen(
        [program, "--headless", "--no-remote", *profile_and_port],
        env=os.environ | {"MOZ_CRASHREPORTER_DISABLE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=said,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Where it listens, as soon as it says so."""
    until = monotonic() + TO_START
    while process.poll() is None and monotonic() < until:
        if found := _LISTENING.search(said.read_text()):
            return found.group(1)
        sleep(0.03)
    raise AssertionError(f"Firefox does not listen: {said.read_text()[-500:]}")
