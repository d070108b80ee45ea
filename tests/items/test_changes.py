"""What a publisher changed, told word by word."""

from hypothesis import given
from hypothesis import strategies as st

from service.items import revisions
from service.items.revisions import Fate


def test_a_rewritten_paragraph_tells_its_changed_words_and_nothing_else() -> None:
    before = "Titel\nDie Frist dauert bis 31. Januar 2027.\nBleibt stehen.\nDas fällt weg."
    after = "Titel\nDie Frist dauert bis 28. Februar 2027.\nBleibt stehen.\nVöllig neuer Absatz"
    told = revisions.changes(before, after)
    assert [one.fate for one in told] == [Fate.SAME, Fate.NEW, Fate.SAME, Fate.GONE, Fate.NEW]
    gone = [piece.text.strip() for piece in told[1].pieces if piece.fate is Fate.GONE]
    new = [piece.text.strip() for piece in told[1].pieces if piece.fate is Fate.NEW]
    assert (gone, new) == (["31", "Januar"], ["28", "Februar"])


@given(st.text("ab \n.", max_size=60), st.text("ab \n.", max_size=60))
def test_both_versions_can_be_read_from_what_is_told(before: str, after: str) -> None:
    told = revisions.changes(before, after)

    def version(left_out: Fate) -> str:
        lines = ("".join(p.text for p in one.pieces if p.fate is not left_out) for one in told)
        return "".join("".join(lines).split())

    assert version(Fate.GONE) == "".join(after.split())
    assert version(Fate.NEW) == "".join(before.split())
