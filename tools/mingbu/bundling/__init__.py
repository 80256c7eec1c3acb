"""The bundle for auditors 审计包: the contracts of a period with what proves them, in one file that can be checked without mingbu.

sha256sum checks that the files are whole, git that the records are those of the commit, ssh-keygen that the approvals were signed.
"""

from mingbu.bundling.choosing import Chosen, choose
from mingbu.bundling.contents import Asked, NotStored, contents
from mingbu.bundling.packing import write

__all__ = ["Asked", "Chosen", "NotStored", "choose", "contents", "write"]
