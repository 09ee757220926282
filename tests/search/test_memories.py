"""Half-remembered papers are made by rule."""

from dailypapers.search.memories import memories

ABSTRACT = (
    "We begin. The middle sentence of this abstract has rather more than ten plain words in it. We end here."
)


def test_each_kind_is_made_by_its_rule() -> None:
    made = {
        one.kind: one.text for one in memories(7, "FoldNet: deep protein folding", ABSTRACT, ["", "x " * 9])
    }
    assert made["name"] == "FoldNet protein"
    assert made["paraphrase"] == "x " * 9
    words = made["fragment"].split()
    assert len(words) == 6
    middle = ABSTRACT.split(". ")[1].split()
    start = middle.index(words[0])
    assert words == [word for at, word in enumerate(middle[start : start + 8]) if at % 3 != 2]


def test_the_same_paper_gives_the_same_memories() -> None:
    assert list(memories(7, "A title", ABSTRACT, ())) == list(memories(7, "A title", ABSTRACT, ()))


def test_what_cannot_be_remembered_so_is_left_out() -> None:
    assert list(memories(1, "No colon here", "Short.", ["too short"])) == []
    assert list(memories(1, "Price: $5", "It costs $x^2$ " * 9 + ".", ())) != []
