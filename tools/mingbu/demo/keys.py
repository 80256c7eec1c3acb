"""Signing keys of the sample's invented people. Everybody can make them, so they prove nothing outside of the sample."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def private_key(owner: str, number: int = 1) -> Ed25519PrivateKey:
    """The n-th key of a person (PER-…) or of the `notary`, made from the name alone."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"mingbu sample key {owner} {number}".encode()).digest())


def key_file(owner: str, number: int = 1) -> bytes:
    """The key as ssh-keygen reads it."""
    return private_key(owner, number).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
