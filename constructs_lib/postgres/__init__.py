"""PostgreSQL that fails over, backs itself up and proves that it can be restored."""
