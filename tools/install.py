"""Installs what a lock file pins, with pip; on a terminal a bar shows how far it is. Only for the Makefile."""

import re
import subprocess
import sys
from pathlib import Path

WIDTH = 30
PINNED = re.compile(r"^[A-Za-z0-9][^\s=]*==", re.MULTILINE)
LOOKED_AT = re.compile(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)")


def main(lock: str) -> int:
    """Install; returns pip's exit status, after what it said if it failed."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    if not sys.stderr.isatty():
        return subprocess.run([*command, "--quiet"], check=False).returncode
    total, seen, said = len(PINNED.findall(Path(lock).read_text(encoding="utf-8"))), 0, list[str]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if found := LOOKED_AT.match(line):
                seen += 1
                show(seen, total, found[1])
            elif line.startswith("Installing collected packages"):
                show(total, total, "putting them in place …")
    show(total, total, "done" if not pip.returncode else "failed")
    sys.stderr.write("\n" if not pip.returncode else f"\n{''.join(said[-20:])}")
    return pip.returncode


def show(done: int, of: int, what: str) -> None:
    """Draw the bar over the one before."""
    full = WIDTH * min(done, of) // max(of, 1)
    sys.stderr.write(f"\r  [{'#' * full}{'-' * (WIDTH - full)}] {min(done, of)}/{of} {what[:30]:<30}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
