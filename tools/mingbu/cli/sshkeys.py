"""Signing with an SSH key: the file that was named, that of git's configuration, or one that the agent holds."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mingbu import sshsig
from mingbu.approvals import NAMESPACE
from mingbu.cli.context import Context


@dataclass(frozen=True, slots=True)
class Key:
    """A key to sign with: its public line, and the file that ssh-keygen takes (a private key, or a public one for the agent)."""

    public: str
    file: Path | None

    @property
    def wire(self) -> bytes:
        return sshsig.key_of(self.public)


def keys_at_hand(context: Context, named: str | None) -> list[Key]:
    """The key that was named; otherwise those of the agent, then the usual files."""
    if named is not None:
        return [_from_file(context, Path(named).expanduser())]
    usual = [path for name in ("id_ed25519", "id_ecdsa", "id_rsa") if (path := Path.home() / ".ssh" / name).is_file()]
    return [*_of_agent(), *(_from_file(context, path) for path in usual)]


def _from_file(context: Context, path: Path) -> Key:
    """A private key file, or the public half of one that the agent holds."""
    if not path.is_file():
        raise context.refuse("error.no-file", path=path)
    if path.suffix == ".pub":
        return Key(path.read_text(encoding="utf-8", errors="replace").strip(), path)
    beside = path.with_name(f"{path.name}.pub")
    if beside.is_file():
        return Key(beside.read_text(encoding="utf-8", errors="replace").strip(), path)
    done = _run(context, ["ssh-keygen", "-y", "-f", str(path)])
    if done.returncode != 0:
        raise context.refuse("error.key", path=path)
    return Key(done.stdout.strip(), path)


def _of_agent() -> list[Key]:
    try:
        done = subprocess.run(["ssh-add", "-L"], capture_output=True, text=True, check=False)
    except OSError:
        return []
    return [Key(line, None) for line in done.stdout.splitlines() if line.startswith(("ssh-", "ecdsa-", "sk-"))] if done.returncode == 0 else []


def sign(context: Context, key: Key, message: bytes) -> str:
    """The armored signature, by ssh-keygen: it asks for the passphrase, or goes to the agent."""
    with tempfile.TemporaryDirectory() as folder:
        file = key.file
        if file is None:
            file = Path(folder, "key.pub")
            file.write_text(f"{key.public}\n", encoding="utf-8")
        written = Path(folder, "statement")
        written.write_bytes(message)
        done = _run(context, ["ssh-keygen", "-q", "-Y", "sign", "-f", str(file), "-n", NAMESPACE, str(written)])
        result = Path(folder, "statement.sig")
        if done.returncode != 0 or not result.is_file():
            detail = (done.stderr.strip().splitlines() or ["ssh-keygen"])[-1]
            raise context.refuse("error.sign", detail=detail[:200])
        return result.read_text(encoding="ascii")


def _run(context: Context, command: list[str]) -> subprocess.CompletedProcess[str]:
    """ssh-keygen talks to the terminal by itself when it needs a passphrase."""
    try:
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError:
        raise context.refuse("error.no-ssh-keygen") from None
