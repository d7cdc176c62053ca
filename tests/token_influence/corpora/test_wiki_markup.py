"""Wiki markup becomes plain prose with nothing of the markup left."""

import re
import time

import pytest

from token_influence.corpora.wiki_markup import prose

ARTICLE = """{{Infobox country |name = Nowhere |capital = [[Town]]
| area = {{convert|5|km2}} }}
{{Main|Other article}}
<!-- a comment -->
[[File:Map.svg|thumb|200px|A map of [[Nowhere]]<ref>x</ref>|alt=map]]
'''Nowhere''' ({{lang-xx|Nirgends}}; {{IPAc-en|n}}) is a [[country (state)|country]] in the
''[[North]]''&nbsp;of [[Europe]].<ref name="a">{{cite web|url=http://example.org|title=T}}</ref> It
is {{convert|1300|mi|km}} long,{{sfn|Doe|1999}} and {{nowrap|322 km}} wide.

{| class="wikitable"
|-
! Year !! People
|-
| 1990 || 12
|}

== History ==
=== Early ===
{{quote|It was ''never'' there.}}
* Short item
* A list item that is a whole sentence, with enough words.
*# Another item that is a sentence of enough words too!
; Term : Its definition is a sentence that has enough words.
:Indented [http://example.org words of a link] that together make a sentence.
<gallery>
File:A.jpg|One
</gallery>
=== Empty ===
[[Image:B.png|right]]
== Size ==
The area is <math>a^2</math> and cannot be read without it.

The following holds:
:<math>a = b</math>
The list of towns is:
* Town
The article says:
{{quote|This stays, and so does what announces it.}}
  x = preformatted
H<sub>2</sub>O is <code>water</code>{{'s}} name __NOTOC__ in [[:Category:Water|this]] place.
== See also ==
* [[A link which is a whole sentence with many, many words.]]
=== Deeper ===
Nor does this stay.
== Notes ==
{{Reflist}}
== Legacy ==
It ended in {{circa}} 1990.
[[Category:Countries]] [[de:Nirgends]]
"""

PROSE = """Nowhere is a country in the North of Europe. It is 1300 mi long, and 322 km wide.

History

Early

It was never there.

A list item that is a whole sentence, with enough words.

Another item that is a sentence of enough words too!

Term: Its definition is a sentence that has enough words.

Indented words of a link that together make a sentence.

Size

The article says:

This stays, and so does what announces it.

H2O is water's name in this place.

Legacy

It ended in c. 1990."""


def test_an_article_becomes_prose():
    assert prose(ARTICLE) == PROSE


RESIDUE = re.compile(r"\{\{|\}\}|\[\[|\]\]|\||==|thumb|<|>|''|&\w+;|__|https?:|\(\s*[,;)]|  ")
BROKEN = [
    "A word [[never closed and more. The rest of the sentence.",
    "A template {{never closed|and more. The rest of the sentence.",
    "{| class=wikitable\n| a table never closed || here\n\nA sentence afterwards.",
    "A ref <ref name=x>never closed. The rest of the sentence.",
    "Bold '''never closed and ''nested. The rest of the sentence.",
    "A name ([[Pashto]] |word) in a sentence.",
    "A [[link|OS&nbsp;X]] with an entity &amp;nbsp; in a sentence.",
    "A closing }} and ]] without an opening in a sentence.",
    "[[File:a.jpg|thumb|A caption with a {{template|[[link]]}} and ''italics'']] Text.",
    "Empty brackets ({{IPA|x}}) and ({{IPA|x}}, {{IPA|y}}; one) and ({{IPA|y}} or) here.",
    "A magic word __TOC__ and a <br/> break<br>here &mdash; in a sentence.",
]


@pytest.mark.parametrize("broken", [*BROKEN, ARTICLE])
def test_no_markup_is_left_even_of_what_is_not_well_formed(broken):
    kept = prose(f"{broken}\n\nThis paragraph stays.")
    assert not RESIDUE.search(kept)
    assert kept.endswith("This paragraph stays.") or "never closed" in broken


def test_a_paragraph_with_markup_that_cannot_be_resolved_is_dropped_alone():
    assert prose("One.\n\nTwo }} broken.\n\nThree.") == "One.\n\nThree."


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{convert|5|to|10|km|mi}}", "5 to 10 km"),
        ("{{convert|5|ft|3|in|m}}", "5 ft 3 in"),
        ("{{convert|47.5|lb}}", "47.5 lb"),
        ("{{lang|grc|ἀναρχία}}", "ἀναρχία"),
        ("{{transl|ar|ALA|al-Jazā'ir}}", "al-Jazā'ir"),
        ("{{as of|2014|lc=y}}", "as of 2014"),
        ("{{frac|3|4}}", "3/4"),
        ("{{harvtxt|Boolos|Jeffrey|1974}}", "Boolos and Jeffrey (1974)"),
        ("{{Infobox thing|name=x}}", ""),
        ("{{flagicon|MAR}}", ""),
        ("{{citation needed|date=May 2015}}", ""),
    ],
)
def test_templates_that_stand_for_words_are_read_and_others_dropped(template, words):
    assert prose(f"Here {template} there.") == " ".join(f"Here {words} there.".split())


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        ("A note[3] and two.[12][13] An end. [4]", "A note and two. An end."),
        ('"Words."<sup>[[#note|[2]]]</sup> More.', '"Words." More.'),
        ("Escaped again: [[Ad|Ad&amp;amp;egrave;le]], &amp;egrave;.", "Escaped again: Adèle, è."),
        ("An unknown (\ufffd\ufffd) letter.", "An unknown letter."),
        ("{{dropped}}* An item after a template.", "An item after a template."),
        ("<h3>Heading</h3>The text.", "Heading\n\nThe text."),
        ("One.\n\nThe ==heading==\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\nA <h3> broken heading.\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\n| align = center | First |-\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\na | b | c | of a table.\n\nTwo.", "One.\n\nTwo."),
        ("One.\n* A. Author. A book with a long title. Publisher, 2001. ISBN 0670034207.", "One."),
    ],
)
def test_what_old_articles_hold_is_read_or_dropped(wikitext, text):
    assert prose(wikitext) == text


@pytest.mark.parametrize(
    "kept",
    ["The array a[0] and the ([6]-ring) stay.", "In Savage [1987] it stays.", "A pipe | stays."],
)
def test_brackets_that_are_no_mark_of_a_note_stay(kept):
    assert prose(kept) == kept


@pytest.mark.parametrize(
    "kept",
    ["It froze (–5 °C) there.", "A prefix (an-) and a suffix (-ism).", "Costs rose ... then."],
)
def test_tidying_leaves_what_an_author_wrote(kept):
    assert prose(kept) == kept


def test_a_title_with_a_colon_is_no_language():
    assert prose("He was in [[CSI: Miami]] and [[Alien: Covenant|another]].[[de:Film]]") == (
        "He was in CSI: Miami and another."
    )


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not():
    assert prose("One\ntwo.\n\nThree.") == "One two.\n\nThree."


@pytest.mark.parametrize("nothing", ["", "{{disambiguation}}", "== A heading ==\n* Item", "|\n}"])
def test_nothing_remains_of_nothing(nothing):
    assert prose(nothing) == ""


@pytest.mark.parametrize("mark", [",", ", ", " ,;", "("])
def test_a_page_full_of_marks_does_not_take_long(mark):
    started = time.perf_counter()
    prose(mark * 100_000)
    assert time.perf_counter() - started < 10
