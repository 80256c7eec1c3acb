"""Reports and printed forms as documents: text, JSON, CSV, Markdown, HTML, spreadsheets, Word files, PDF. Nothing here prints or reads the clock."""
