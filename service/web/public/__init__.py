"""The public pages: they need no login, and learn nothing about who reads them."""
