"""News as we keep it: one item per piece, with revisions, topics, a state and a search.

In: entries from sources. Out: items that an editor picks, discards or files under topics.
Writes `item`, `item_revision`, `item_topic` and `topic`; reads `source`. Promise: a piece is kept
once per source however often it is fetched, and what it said before is never lost.
"""
