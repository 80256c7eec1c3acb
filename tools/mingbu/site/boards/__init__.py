"""What pages with figures, charts and tables are made of, whatever they are about."""
