"""What is told of the books: statements and figures. Reports read and never write."""
