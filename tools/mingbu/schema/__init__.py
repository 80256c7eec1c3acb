"""One record: its kinds, fields, formats, identity. Everything per field comes from schemas/*.yml."""
