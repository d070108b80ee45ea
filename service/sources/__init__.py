"""Where news comes from: polling feeds and listings, politely, and reading them into entries.

In: sources as an administrator describes them, and bytes from strangers. Out: entries, one per
piece as the publisher wrote it at one fetch. Writes `source`, `source_host` and `fetch_log`; reads
nothing else. Promise: no bytes whatsoever stop the polling, and each failure is one sentence that
a person understands.
"""
