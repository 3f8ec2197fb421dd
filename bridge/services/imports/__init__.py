"""Taking over lists from elsewhere: opening balances, the partner tree, credit per article. All or nothing."""
