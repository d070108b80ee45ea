"""Tools that know nothing of newsletters: clock, errors, settings, database, HTTP, mail parts."""
