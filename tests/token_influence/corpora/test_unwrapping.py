"""Prose is unwrapped, verse keeps its lines; the samples are shaped like the real files."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from token_influence.corpora.unwrapping import paragraphs, text_width

PROSE = (
    "They, who to states and governors of the Commonwealth direct their speech, High Court of "
    "Parliament, or, wanting such access in a private condition, write that which they foresee may "
    "advance the public good; I suppose them, as at the beginning of no mean endeavour, not a "
    "little altered and moved inwardly in their minds: some with doubt of what will be the success."
)
VERSE = """Of Mans First Disobedience, and the Fruit
Of that Forbidden Tree, whose mortal tast
Brought Death into the World, and all our woe,
With loss of EDEN, till one greater Man
Restore us, and regain the blissful Seat"""


def test_wrapped_prose_becomes_one_line():
    for width in (60, 66, 72, 78):
        assert paragraphs(textwrap.fill(PROSE, width)) == PROSE


def test_verse_keeps_its_lines():
    assert paragraphs(VERSE) == VERSE


def test_verse_beside_prose_keeps_its_lines_too():
    wrapped = textwrap.fill(PROSE, 72)
    assert paragraphs(f"{VERSE}\n\n{wrapped}\n\n\n{VERSE}") == f"{VERSE}\n\n{PROSE}\n\n{VERSE}"


def test_a_prose_speech_keeps_the_speakers_name_apart():
    speech = "MESSENGER.\nHe is very near by this: he was not three leagues off when I left\nhim."
    assert paragraphs(speech) == (
        "MESSENGER.\nHe is very near by this: he was not three leagues off when I left him."
    )


def test_a_speech_of_verse_keeps_its_lines_beside_prose():
    speech = "FRAN.\nFor this relief much thanks: 'tis bitter cold,\nAnd I am sick at heart."
    prose = textwrap.fill(PROSE, 70)
    assert paragraphs(f"{prose}\n\n{speech}") == f"{PROSE}\n\n{speech}"


def test_without_blank_lines_a_short_line_ends_a_paragraph():
    told = [PROSE, '"Shut up!" Porcupine wallopped him one.', PROSE] * 12
    file = "\n".join(textwrap.fill(paragraph, 72) for paragraph in told)
    assert file.count("\n") > 100
    assert paragraphs(file) == "\n\n".join(told)


def test_one_speech_after_another_is_two_paragraphs_even_after_a_full_line():
    first = '"' + "I have heard this before and do not like it, " * 2 + "as I said to him long ago."
    lines = [first[:71], first[71:142]]
    end = '"I saw your favorite old chicken go there early in the very evening."'
    start = '"No need for us of fooling anybody. I stayed there."'
    file = "\n".join([*lines, textwrap.fill(PROSE, 72), end, start])
    assert f"{end}\n{start}" in paragraphs(file)


def test_a_line_that_ends_in_a_hyphen_or_dash_is_joined_without_a_space():
    text = (
        "and the sister who was looking over the sheets of the well-\n"
        "known proof could not tell what the printer had meant by it--\n"
        "nobody could have told it then, and she let the matter rest\n"
        "for a day."
    )
    assert "well-known" in paragraphs(text)
    assert "by it--nobody" in paragraphs(text)


def test_spaces_and_blank_lines_are_evened_out():
    assert paragraphs("  A title \n\n \n\n  by   someone\n\n") == "A title\n\nby someone"


def test_the_width_is_what_prose_is_wrapped_to_within_bounds():
    assert text_width(textwrap.wrap(PROSE * 9, 72)) in (71, 72)
    assert text_width(VERSE.split("\n")) == 66
    assert text_width(["x" * 500] * 9) == 80
    assert text_width([]) == 66


@given(st.text(alphabet="aB .,\n-\"'", max_size=300))
def test_no_word_is_lost_and_nothing_changes_the_second_time_in_blank_lines(text):
    out = paragraphs(text)
    assert "".join(out.split()) == "".join(text.split())
    assert "\n\n\n" not in out
    assert out == out.strip("\n")
