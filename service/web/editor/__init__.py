"""The editors' pages; each module ends with its `routes`. They do not import the public pages."""
