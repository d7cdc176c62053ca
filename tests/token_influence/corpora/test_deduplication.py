"""A passage that several documents hold stays in the largest one only."""

import random

from token_influence.corpora.deduplication import (
    without_repeated_paragraphs,
    without_repeated_passages,
)
from token_influence.corpora.document import Document

OLD = """Hence loathed Melancholy
Of Cerberus, and blackest midnight born,
In Stygian Cave forlorn
'Mongst horrid shapes, and shreiks, and sights unholy,
Find out som uncouth cell,
Wher brooding darknes spreads his jealous wings,
And the night-Raven sings;
There under Ebon shades, and low-brow'd Rocks,
As ragged as thy Locks,
In dark Cimmerian desert ever dwell."""
NEW = """HENCE, loathed Melancholy,
Of Cerberus and blackest Midnight born
In Stygian cave forlorn
'Mongst horrid shapes, and shrieks, and sights unholy!
Find out some uncouth cell,
Where brooding Darkness spreads his jealous wings,
And the night-raven sings;
There, under ebon shades and low-browed rocks,
As ragged as thy locks,
In dark Cimmerian desert ever dwell."""


def filler(seed: int, lines: int) -> str:
    """Lines of made-up words: no two seeds share a passage."""
    draw = random.Random(seed)
    word = lambda: "".join(draw.choices("bcdfglmnprstvz", k=4))  # noqa: E731
    return "\n".join(" ".join(word() for _ in range(8)) for _ in range(lines))


def texts(*documents: str) -> list[str]:
    made = [Document(str(n), str(n), text) for n, text in enumerate(documents)]
    return [document.text for document in without_repeated_passages(made)]


def test_the_largest_document_keeps_the_passage_whatever_its_spelling_and_place():
    small, large = filler(1, 4), filler(2, 30)
    assert texts(f"{small}\n\n{NEW}", f"{large}\n\n{OLD}") == [small, f"{large}\n\n{OLD}"]
    assert texts(f"{large}\n\n{OLD}", f"{NEW}\n\n{small}") == [f"{large}\n\n{OLD}", small]


def test_words_are_compared_without_their_vowels():
    respelled = NEW.replace("ee", "ie").replace("a", "e").replace("oo", "ou").replace("i", "y")
    assert texts(f"{filler(1, 9)}\n{NEW}", respelled)[1] == ""


def test_of_equal_documents_the_first_keeps_the_passage():
    assert texts(NEW, NEW) == [NEW, ""]


def test_a_line_that_differs_inside_a_passage_goes_with_it():
    lines = NEW.split("\n")
    lines[4] = "Something else stands here,"
    assert texts(f"{OLD}\n{filler(1, 9)}", "\n".join(lines))[1] == ""


def test_a_short_likeness_stays():
    likeness = "\n".join(NEW.split("\n")[:4])
    one, two = f"{filler(1, 9)}\n{likeness}", f"{likeness}\n{filler(2, 3)}"
    assert texts(one, two) == [one, two]


def test_turns_of_five_words_that_a_novel_holds_too_do_not_make_a_passage():
    turns = [line.split()[:5] for line in filler(3, 10).split("\n")]
    novel = "\n".join(f"{filler(n, 9)} {' '.join(turn)}" for n, turn in enumerate(turns, 10))
    own = iter(filler(4, 5).split())
    speech = " ".join(" ".join([*turn, *(next(own) for _ in range(4))]) for turn in turns)
    assert texts(novel, speech) == [novel, speech]


def test_a_refrain_alone_does_not_make_two_songs_one():
    refrain = "With hey, ho, the wind and the rain,\nFor the rain it raineth every day."

    def song(seed: int) -> str:
        return "\n".join(f"{line}\n{refrain}" for line in filler(seed, 9).split("\n"))

    assert texts(song(1), song(2)) == [song(1), song(2)]


def test_repetition_within_one_document_stays():
    assert texts(f"{NEW}\n\n{NEW}") == [f"{NEW}\n\n{NEW}"]


def test_a_repeated_paragraph_of_prose_is_one_line_and_goes():
    prose = " ".join(NEW.split("\n"))
    other = filler(1, 9).replace("\n", "\n\n")
    assert texts(f"{other}\n\n{prose}", f"{prose}\n\n{filler(2, 1)}")[1] == filler(2, 1)


def articles(*documents: str) -> list[str]:
    made = [Document(str(n), str(n), text) for n, text in enumerate(documents)]
    return [document.text for document in without_repeated_paragraphs(made)]


def sentences(seed: int, count: int) -> str:
    """A paragraph of sentences of eight made-up words."""
    return filler(seed, count).replace("\n", ". ").capitalize() + "."


def test_the_first_article_keeps_the_passage_whichever_is_larger():
    shared, rest = sentences(1, 14), sentences(2, 40)
    assert articles(f"Head\n\n{shared}", f"{shared}\n\n{rest}") == [f"Head\n\n{shared}", rest]


def test_a_passage_stays_once_in_one_article():
    shared, between = sentences(1, 14), sentences(2, 20)
    assert articles(f"{shared}\n\n{between}\n\n{shared}") == [f"{shared}\n\n{between}"]


def test_a_paragraph_goes_with_the_passage_inside_it():
    shared, rest = sentences(1, 14), sentences(2, 3)
    mixed = f"{sentences(3, 20)} {shared} {sentences(4, 20)}"
    assert articles(shared, f"{mixed}\n\n{rest}") == [shared, rest]


def test_paragraphs_that_differ_only_in_numbers_are_one():
    census = " ".join(
        f"There were {{0}} households out of which {word} had children under the age of {{0}}."
        for word in filler(1, 1).split()
    )
    assert articles(census.format(5), census.format(17)) == [census.format(5), ""]


def test_a_short_likeness_of_articles_stays():
    likeness = sentences(1, 4)
    one, two = f"{likeness}\n\n{sentences(2, 9)}", f"{likeness}\n\n{sentences(3, 9)}"
    assert articles(one, two) == [one, two]


def test_articles_are_handed_on_before_all_are_read():
    def read():
        yield Document("0", "0", sentences(1, 9))
        raise AssertionError("The second article was read, too.")

    assert next(without_repeated_paragraphs(read())).document_id == "0"
