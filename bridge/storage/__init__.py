"""Tables and the functions that read and write them. Nothing here opens a transaction; services do."""
