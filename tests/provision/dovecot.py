"""A mail server for tests: Dovecot, in a temporary folder, on loopback, under an account without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

PASSWORD = "correct-horse"
HOST = "mail.test"  # what its certificate is for


class NotHere(Exception):
    """No Dovecot on this machine."""


def program() -> Path:
    """Dovecot itself. Raises ``NotHere`` with what to install."""
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin"):
        if (Path(folder) / "dovecot").exists():
            return Path(folder) / "dovecot"
    raise NotHere("Dovecot is not installed here (Debian: apt-get install dovecot-imapd)")


def is_here() -> bool:
    """Whether a server could be started."""
    try:
        return program().exists()
    except NotHere:
        return False


@dataclass
class Server:
    """A running server: IMAP on ``port``, and encrypted from the first byte on ``tls_port``.

    It is ready for every user; ``deliver`` puts a mail into a user's folder as an SMTP server would.
    """

    folder: Path
    port: int
    tls_port: int
    process: subprocess.Popen[bytes]
    account: pwd.struct_passwd
    _numbers: count[int] = field(default_factory=count)

    def fresh_user(self) -> str:
        """A user with an empty mailbox; the password is ``PASSWORD``."""
        return f"user{next(self._numbers)}@shop.example"

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mails of a folder lie."""
        root = self.folder / "mail" / user
        return root if folder == "INBOX" else root / f".{folder}"

    def deliver(self, user: str, mail: bytes, folder: str = "INBOX", at: float | None = None) -> None:
        """Deliver ``mail`` (a Maildir takes it in one step); ``at`` is when it came in, in seconds."""
        root = self.maildir(user, folder)
        for part in ("tmp", "new", "cur"):
            self._own(root / part)
        name = f"{time.time_ns()}.{next(self._numbers)}.test"
        draft = root / "tmp" / name
        draft.write_bytes(mail)
        draft.chmod(0o644)
        if at is not None:
            os.utime(draft, (at, at))
        draft.rename(root / "new" / name)

    def begin_anew(self, user: str) -> None:
        """Give the user's mails new numbers: another UIDVALIDITY."""
        root = self.maildir(user)
        head = (root / "dovecot-uidlist").read_text().partition("\n")[0]
        version, validity, *_rest = head.split()
        (root / "dovecot-uidlist").write_text(f"{version} V{int(validity[1:]) + 1} N1\n")
        for index in root.glob("dovecot.*"):
            index.unlink()

    def flags(self, user: str) -> set[str]:
        """The flags of the user's mails: "S" for one that was read."""
        return {mail.name.partition(":2,")[2] for mail in (self.maildir(user) / "cur").iterdir()} - {""}

    def stop(self) -> None:
        """Stop the server and remove all it had."""
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _own(self, path: Path) -> None:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for folder in missing:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)


def start(certificate: Path, introspection: str | None = None) -> Server:
    """Start a server; with ``introspection`` (an address) it takes XOAUTH2 tokens that are good there."""
    dovecot = program()
    account = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="shopbell-imap-"))
    pem = folder / "server.pem"
    shutil.copyfile(certificate, pem)
    port, tls_port = _free_ports()
    oauth = f"introspection_mode = auth\nintrospection_url = {introspection}\nusername_attribute = email\n"
    oauth += "active_attribute = active\nactive_value = true\n"
    (folder / "oauth2.conf").write_text(oauth)
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, port, tls_port, account, with_oauth=introspection is not None))
    for path in (folder, pem, config, folder / "oauth2.conf"):
        if os.geteuid() == 0:
            os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen(
        [dovecot, "-F", "-c", config],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        user=account.pw_uid if os.geteuid() == 0 else None,
        group=account.pw_gid if os.geteuid() == 0 else None,
    )
    server = Server(folder, port, tls_port, process, account)
    _wait_until_ready(server)
    return server


def _config(folder: Path, port: int, tls_port: int, account: pwd.struct_passwd, *, with_oauth: bool) -> str:
    import grp

    name, group = account.pw_name, grp.getgrgid(account.pw_gid).gr_name
    oauth = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {folder}/oauth2.conf\n}}\n"
    return f"""
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {name}
default_internal_group = {group}
default_login_user = {name}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 50
auth_mechanisms = plain login{" xoauth2" if with_oauth else ""}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_cache_size = 0
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
{oauth if with_oauth else ""}
passdb {{
 driver = static
 mechanisms = plain login
 args = password={PASSWORD}
}}
userdb {{
 driver = static
 args = uid={account.pw_uid} gid={account.pw_gid} home={folder}/mail/%u
}}
service imap-login {{
 chroot =
 inet_listener imap {{
  port = {port}
 }}
 inet_listener imaps {{
  port = {tls_port}
  ssl = yes
 }}
}}
service anvil {{
 chroot =
 unix_listener anvil-auth-penalty {{
  mode = 0
 }}
}}
"""


def _unprivileged() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotHere("Dovecot is not run as root, and there is no other account here")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _wait_until_ready(server: Server) -> None:
    for _ in range(200):
        if server.process.poll() is not None:
            raise NotHere("Dovecot did not start")
        try:
            with socket.create_connection(("127.0.0.1", server.port), 2) as probe:
                if probe.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise NotHere("Dovecot did not answer within ten seconds")
