"""mingbu 名簿: a customer-management register kept in git.

Layers, imports point down only (see the import-linter contract in pyproject.toml):
cli → site → checks, credit, cases → register, policy → schemas, formats, ids, labels → yamlio, findings.
"""

__version__ = "0.1.0"
