"""SSH signatures (SSHSIG): what `ssh-keygen -Y sign` writes, verified in the process for ed25519 keys.

Other keys (ECDSA, RSA, those on a hardware token) are left to ssh-keygen itself. The format is that of
OpenSSH's PROTOCOL.sshsig.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_MAGIC = b"SSHSIG"
_HASH = b"sha512"
_ED25519 = b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


class SignatureError(Exception):
    """The text isn't an SSH signature."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it is written: by which key, for which purpose, with which hash."""

    key: bytes
    """The public key, in SSH's wire format."""
    namespace: str
    hash_name: bytes
    signed: bytes
    """The signature proper, in SSH's wire format."""


def parse(armored: str) -> Signature:
    """The parts of an armored signature. Raises SignatureError."""
    lines = armored.strip().split("\n")
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise SignatureError
    try:
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
        version, rest = struct.unpack(">I", blob[6:10])[0], blob[10:]
        fields, rest = _strings(rest, 5)
        key, namespace, _, hash_name, signed = fields
        if blob[:6] != _MAGIC or version != 1 or rest:
            raise SignatureError
        return Signature(key, namespace.decode("utf-8"), hash_name, signed)
    except (ValueError, struct.error):  # not base64, not ASCII, not UTF-8, cut short
        raise SignatureError from None


def key_of(public_key: str) -> bytes:
    """The wire format of a public key written as `ssh-ed25519 AAAA… comment`; empty when it isn't one."""
    try:
        return base64.b64decode(public_key.split()[1], validate=True)
    except (IndexError, ValueError):
        return b""


def fingerprint(key: bytes) -> str:
    """SHA256:…, as ssh-keygen -l shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


@lru_cache(maxsize=65536)
def is_by_its_key(armored: str, message: bytes, namespace: str) -> bool:
    """Whether the key inside the signature made it, over these bytes and for this purpose. Raises SignatureError."""
    found = parse(armored)
    if found.namespace != namespace:
        return False
    parts, _ = _strings(found.key, 1)
    if parts[0] != _ED25519:
        return _by_ssh_keygen(armored, message, namespace)
    return _by_ed25519(found, message)


def _by_ed25519(found: Signature, message: bytes) -> bool:
    if found.hash_name not in {b"sha512", b"sha256"}:
        return False
    try:
        (_, public), rest_of_key = _strings(found.key, 2)
        (kind, value), rest = _strings(found.signed, 2)
        if kind != _ED25519 or rest or rest_of_key:
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(value, _covered(message, found.namespace, found.hash_name))
    except (InvalidSignature, struct.error, ValueError):
        return False
    return True


def _covered(message: bytes, namespace: str, hash_name: bytes) -> bytes:
    """What is signed: the purpose and the message's hash."""
    digest = hashlib.new(hash_name.decode(), message).digest()
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(hash_name) + _string(digest)


def _by_ssh_keygen(armored: str, message: bytes, namespace: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "signature")
        written.write_text(armored, encoding="utf-8")
        command = ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", str(written)]
        try:
            return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False


def sign(private: Ed25519PrivateKey, message: bytes, namespace: str) -> str:
    """An armored signature, the same bytes that ssh-keygen would write for this key."""
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signed = private.sign(_covered(message, namespace, _HASH))
    key = _string(_ED25519) + _string(public)
    fields = (key, namespace.encode(), b"", _HASH, _string(_ED25519) + _string(signed))
    encoded = base64.b64encode(_MAGIC + struct.pack(">I", 1) + b"".join(map(_string, fields))).decode()
    return "\n".join([_BEGIN, *(encoded[at : at + 70] for at in range(0, len(encoded), 70)), _END, ""])


def public_text(private: Ed25519PrivateKey, comment: str) -> str:
    """The public key as a line of authorized_keys."""
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return f"{public} {comment}"


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(blob: bytes, count: int) -> tuple[list[bytes], bytes]:
    """So many length-prefixed strings from the front, and what is left. Raises SignatureError."""
    found = []
    for _ in range(count):
        if len(blob) < 4:
            raise SignatureError
        size = struct.unpack(">I", blob[:4])[0]
        if len(blob) < 4 + size:
            raise SignatureError
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found, blob
