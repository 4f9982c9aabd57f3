"""``make bench``: speed and memory as ratios to a peer or a floor in the same run.

The peers live in a virtual environment of their own (``.venv-bench``), made here from ``requirements.lock``.
The exit code is 1 where a ratio misses its gate; absolute figures are printed and never judged.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from tests.bench import desk, extension, judging, look, mails, memory, packs, reading
from tests.bench.ratio import Ratio, table

HERE = Path(__file__).parent
PEERS = Path(sys.prefix).with_name(".venv-bench")
CHAPTERS = {
    "reading": reading.run,
    "look": look.run,
    "memory": memory.run,
    "mails": mails.run,
    "packs": packs.run,
    "judging": judging.run,
    "desk": desk.run,
    "extension": extension.run,
}
ALONE = {"desk", "extension"}  # chapters without a peer


def peers_python() -> Path:
    """The Python that has the peers installed; installs them at the first use."""
    python = PEERS / "bin" / "python"
    stamp = PEERS / "installed"
    lock = HERE / "requirements.lock"
    if stamp.exists() and stamp.stat().st_mtime > lock.stat().st_mtime:
        return python
    click.echo("Installing the peers (about 700 MB, once) …", err=True)
    subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
    install = [python, "-m", "pip", "--quiet", "install", "--require-hashes", "-r", lock]
    subprocess.run(install, check=True)
    stamp.touch()
    return python


@click.command()
@click.argument("chapters", nargs=-1, type=click.Choice(list(CHAPTERS)))
def bench(chapters: tuple[str, ...]) -> None:
    """Measure CHAPTERS (all of them where none is named)."""
    python = peers_python() if set(chapters or CHAPTERS) - ALONE else Path()
    ratios: list[Ratio] = []
    for name in chapters or CHAPTERS:
        click.echo(f"{name} …", err=True)
        ratios += CHAPTERS[name](python)
    if ratios:
        click.echo(table(ratios))
    sys.exit(any(not ratio.holds for ratio in ratios))


if __name__ == "__main__":
    bench()
