"""Verifying SSH signatures: ours in the process, git's through ssh-keygen, and the bare arithmetic."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from measure import interleaved

from mingbu import sshsig

_NAMESPACE = "mingbu/approval"
_BY_GIT = 50
"""How many commits git verifies in each round."""


def measure(folder: Path, count: int, rounds: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """The lines of the table about signatures."""
    say(f"signatures: {count}")
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    messages = [f"approval {number}".encode() * 20 for number in range(count)]
    signed = [(sshsig.sign(key, message, _NAMESPACE), message) for message in messages]
    bare = [(key.sign(message), message) for message in messages]
    commit = _signed_commit(folder / "signed", key)

    def ours() -> None:
        sshsig.is_by_its_key.cache_clear()
        assert all(sshsig.is_by_its_key(armored, message, _NAMESPACE) for armored, message in signed)

    def again() -> None:
        assert all(sshsig.is_by_its_key(armored, message, _NAMESPACE) for armored, message in signed)

    def limit() -> None:
        for signature, message in bare:
            public.verify(signature, message)

    def by_git() -> None:
        for _ in range(_BY_GIT):
            subprocess.run(["git", "-C", str(folder / "signed"), "verify-commit", commit], check=True, capture_output=True)

    taken = interleaved({"limit": limit, "ours": ours, "cached": again, "git": by_git}, rounds)
    git = taken["git"] / _BY_GIT * count
    return [
        {"what": f"{count} signatures", "limit": taken["limit"], "ours": taken["ours"], "ratio": taken["ours"] / taken["limit"]},
        {"what": "… git verify-commit", "peer": git, "ours": taken["ours"], "ratio": git / taken["ours"], "goal": "≥ 30 times ours"},
        {"what": "… a second time", "limit": taken["limit"], "ours": taken["cached"], "ratio": taken["cached"] / taken["limit"]},
    ]


def _signed_commit(root: Path, key: Ed25519PrivateKey) -> str:
    """A repository with one commit that is signed with the key and may be verified."""
    root.mkdir(parents=True)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    private = root / "key"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    os.chmod(private, 0o600)
    (root / "key.pub").write_text(public + "\n", encoding="ascii")
    (root / "allowed").write_text(f"b@b.example {public}\n", encoding="ascii")
    git = ["git", "-C", str(root)]
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    settings = {"gpg.format": "ssh", "user.signingkey": str(private), "gpg.ssh.allowedSignersFile": str(root / "allowed")}
    for name, value in (settings | {"user.name": "b", "user.email": "b@b.example"}).items():
        subprocess.run([*git, "config", name, value], check=True)
    subprocess.run([*git, "commit", "-q", "-S", "--allow-empty", "-m", "signed"], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
