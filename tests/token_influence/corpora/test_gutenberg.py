"""What an edition adds goes, what the author wrote stays, and passages are there once."""

from pathlib import Path

import pytest

from token_influence.corpora.editions import split_licence, without_apparatus
from token_influence.corpora.gutenberg import read_gutenberg
from token_influence.corpora.works import Work
from token_influence.errors import CorpusError

BOTCHAN = """\ufeffProject Gutenberg's Botchan (Master Darling), by Kin-nosuke Natsume\r
This eBook is for the use of anyone anywhere at no cost and with\r
Title: Botchan (Master Darling)\r
Author: Kin-nosuke Natsume\r
*** START OF THIS PROJECT GUTENBERG EBOOK BOTCHAN (MASTER DARLING) ***\r
Produced by David Starner and the Online Distributed Proofreading Team\r
BOTCHAN (MASTER DARLING)\r
By The Late Mr. Kin-nosuke Natsume\r
She wished to eat "sasa-ame"[1] of Echigo province, and was very\r
insistent.[A] We rode in rikishas to the station ([D]).\r
[Footnote 1: Sasa-ame is a kind of rice-jelly wrapped with sasa, or the\r
bamboo leaves.]\r
[A: Insitent]\r
End of Project Gutenberg's Botchan (Master Darling), by Kin-nosuke Natsume\r
*** END OF THIS PROJECT GUTENBERG EBOOK BOTCHAN (MASTER DARLING) ***\r
***** This file should be named 8868.txt or 8868.zip *****\r
Produced by David Starner and the Online Distributed Proofreading Team\r
Updated editions will replace the previous one--the old editions will be renamed.\r
"""

COMUS = """MILTON'S COMUS


CONTENTS.

                                             PAGE
  INTRODUCTION,                               vii
  COMUS,                                        7




INTRODUCTION.


Few poems have been more variously designated than _Comus_.




TO THE RIGHT HONOURABLE{22:A}

MY LORD, I am _Thyrsis_.


FOOTNOTES:

{22:A} Dedication of the anonymous edition
of 1637.




COMUS.


    Amongst the enthroned gods on sainted seats.                      10
    By him




NOTES.


1. ~starry threshold~, etc. Comp. Virgil.




INDEX TO THE NOTES.


A.

Ye, 216.
"""

POETICAL = """The Poetical Works of John Milton



PREFACE by the Rev. H. C. Beeching, M. A.


This edition of Milton's Poetry is a reprint.



Transcriber's note: Facsimile of Title page of 1645 edition
follows:



                           POEMS
               ------------------------------



MISCELLANEOUS POEMS.


>From golden slumber on a bed

Notes:
33 Ye] You 1673
104 And he by] And by the 1673

    Awake* thy strength, come, and be seen                    *Gnorera.
............Of Cerberus and blackest Midnight born



APPENDIX.

Specimen of Milton's spelling.
"""


def words(text: str) -> list[str]:
    return text.split()


def test_header_footer_and_credit_go():
    header, body = split_licence(BOTCHAN.replace("\r", ""))
    assert "Title: Botchan (Master Darling)" in header
    assert body.startswith("BOTCHAN (MASTER DARLING)\nBy The Late")
    assert body.rstrip().endswith("[A: Insitent]")


def test_a_credit_of_several_lines_ends_at_a_blank_line():
    text = "*** START OF THIS EBOOK ***\n\nProduced by A. B. and\nthe team at a site\n\nThe text"
    assert split_licence(text)[1].strip() == "The text"


def test_a_file_without_marks_is_all_text():
    assert split_licence("ROMEO AND JULIET\n\nProduced on a stage") == (
        "",
        "ROMEO AND JULIET\n\nProduced on a stage",
    )


def test_an_annotated_edition_keeps_the_text_and_loses_what_the_editor_wrote():
    assert words(without_apparatus(COMUS)) == words(
        "MILTON'S COMUS TO THE RIGHT HONOURABLE MY LORD, I am Thyrsis."
        " COMUS. Amongst the enthroned gods on sainted seats. By him"
    )


def test_prefaces_title_pages_notes_glosses_and_appendices_go():
    assert words(without_apparatus(POETICAL)) == words(
        "The Poetical Works of John Milton MISCELLANEOUS POEMS. From golden slumber on a bed"
        " Awake thy strength, come, and be seen Of Cerberus and blackest Midnight born"
    )


def test_numbered_notes_go_where_words_carry_their_numbers():
    poem = "Thou wouldst no Angle1 but an Angel2 be.3\n" * 10
    notes = "1 The reader will perceive that\nthe word is essential.\n\n2 A note.\n\n1Well as he"
    kept = without_apparatus(f"{poem}\n{notes}")
    assert words(kept) == words("Thou wouldst no Angle but an Angel be. " * 10 + "Well as he")


def test_numbered_speakers_stay_where_no_words_carry_numbers():
    play = "1 LORD.\nIt is my lord.\n\n2 LORD.\nIn the year 1599 of 2 queens."
    assert without_apparatus(play) == play


def test_a_file_without_blank_lines_is_not_taken_for_one_note():
    text = "Note: this\n" + "is a whole book.\n" * 80
    assert without_apparatus(text) == text


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.txt").write_bytes(text.encode())
    return folder


def test_a_file_becomes_a_document_with_its_title_and_name(tmp_path):
    (document,) = read_gutenberg([written(tmp_path, botchan=BOTCHAN)], minimum_characters=10)
    assert (document.document_id, document.title) == ("botchan", "Botchan (Master Darling)")
    assert document.author == "Kin-nosuke Natsume"
    assert document.text == (
        "BOTCHAN (MASTER DARLING)\nBy The Late Mr. Kin-nosuke Natsume\n"
        'She wished to eat "sasa-ame" of Echigo province, and was very insistent. '
        "We rode in rikishas to the station."
    )


def test_without_a_header_the_first_line_is_the_title(tmp_path):
    play = "\nHAMLET, PRINCE OF DENMARK\n\nby William Shakespeare"
    (document,) = read_gutenberg([written(tmp_path, hamlet_gut=play)], minimum_characters=10)
    assert (document.document_id, document.title) == ("hamlet", "HAMLET, PRINCE OF DENMARK")
    assert document.author is None


def test_works_give_authors_to_files_and_cut_documents_from_them(tmp_path):
    books = (
        "A text of nobody known. Call me Ishmael. Some years ago,\nhe went to sea.It was the\nbest"
        " of times\n\n   * * * * *\n\nand _it_ was the worst.\nThe licence."
    )
    folder = written(tmp_path, botchan=BOTCHAN, books=books, hamlet_gut="HAMLET\n\nA play")
    works = {
        "w[0]": Work("hamlet_*.txt", "William Shakespeare"),
        "w[1]": Work("books.txt", "Herman Melville", "Moby-Dick", "Call me", "went to sea."),
        "w[2]": Work("books.txt", "Charles Dickens", "Two Cities", "It was the best", "worst."),
    }
    found = {d.document_id: d for d in read_gutenberg([folder], 1, works)}
    assert {name: (d.title, d.author) for name, d in found.items()} == {
        "moby-dick": ("Moby-Dick", "Herman Melville"),
        "two-cities": ("Two Cities", "Charles Dickens"),
        "botchan": ("Botchan (Master Darling)", "Kin-nosuke Natsume"),
        "hamlet": ("HAMLET", "William Shakespeare"),
    }
    assert found["moby-dick"].text == "Call me Ishmael. Some years ago,\nhe went to sea."
    assert found["two-cities"].text == "It was the\nbest of times\n\nand it was the worst."


@pytest.mark.parametrize(
    ("edition", "text"),
    [
        ("One.\n\n  *    *    *    *\n\n    *    *    *\n\nTwo.", "One. Two."),
        ("She looked like * * * * Let us ride on", "She looked like * * * * Let us ride on"),
        (
            "it, [‘which was\nnot,’ said Alice,) and [sic]",
            "it, (‘which was not,’ said Alice,) and [sic]",
        ),
        (
            "his toes.’\n\n   [later editions continued\n  When the sands are.]\n\nSaid",
            "his toes.’ Said",
        ),
    ],
)
def test_marks_of_a_novels_edition_go_and_the_novel_stays(edition, text):
    assert words(without_apparatus(edition)) == words(text)


def test_a_document_that_another_holds_is_left_out(tmp_path):
    lines = [f"The {word} line of a long poem that {word} editions print" for word in WORDS]
    poem = "\n".join(lines)
    folder = written(tmp_path, small=poem, whole=f"{poem}\n\n{' '.join(WORDS) * 50}")
    assert [d.document_id for d in read_gutenberg([folder], 200)] == ["whole"]


WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]


def test_a_bad_file_is_named(tmp_path):
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match=r"broken\.txt"):
        list(read_gutenberg([tmp_path]))


def test_entities_of_web_pages_are_characters():
    assert without_apparatus("enforc&egrave;d chastity") == "enforc\u00e8d chastity"
