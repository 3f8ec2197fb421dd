"""The daily pages at a million entries: fills a ledger directly and asks for each page."""
