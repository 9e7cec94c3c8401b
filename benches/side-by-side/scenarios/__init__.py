"""One file for each claim; each has `run(bench)`, which returns sections of the report."""
