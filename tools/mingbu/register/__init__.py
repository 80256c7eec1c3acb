"""The register: every record of a tree, indexed, with the policy in force on a date. The only layer that reads files."""

from mingbu.register.model import Record, Register
from mingbu.register.policy import Policy
from mingbu.register.tree import open_register

__all__ = ["Policy", "Record", "Register", "open_register"]
