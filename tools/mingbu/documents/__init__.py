"""Documents: reports and forms as files that people open, print and file."""
