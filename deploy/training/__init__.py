"""What is learned before it is shipped: the texts it was learned from, and how."""
