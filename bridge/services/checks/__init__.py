"""The invariants, one module per subject. Each check walks the database in pages and yields what is wrong."""
