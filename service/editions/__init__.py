"""Editions: what we write.

In: items picked from the inbox, and what editors type. Out: the content of an edition, its approval
bound to the exact content, and its rendition (HTML, text) per variant. Writes `association`,
`newsletter`, `edition`, `block` and `approval`; reads `item` and the names of editors. Promise: an
edition that is approved has exactly the content that was approved. It does not know who reads:
segments are names here, the audience gives them meaning.
"""
