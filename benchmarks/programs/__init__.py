"""Programs that are measured, each run by itself."""
