"""The sections `corpora` and `windows` of the configuration: texts, and what is drawn from them."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from token_influence.config.section import (
    MOST_NAMES,
    Count,
    Key,
    Keys,
    Length,
    Position,
    Section,
    Text,
    meanings,
)
from token_influence.config.sources import Licence, Local, check_one_origin

Share = Annotated[float, Field(gt=0, le=1)]
Reader = Literal["gutenberg", "wikipedia", "text", "wikitext", "dataset"]


class Windows(Section):
    """The windows that are drawn from a corpus for each seed."""

    length: Annotated[
        Length, Field(description="Length of a window: the number of tokens that the model reads.")
    ]
    per_seed: Annotated[Count, Field(description="Number of windows for each seed.")]
    positions: Annotated[
        Count, Field(description="Number of predictions that are measured in each window.")
    ]
    min_position: Annotated[
        Position,
        Field(
            description="First position that may be measured; it equals the number of tokens before "
            "it."
        ),
    ]
    max_position: Annotated[
        Position | None,
        Field(
            description="Last position that may be measured; by default the last one of the window."
        ),
    ] = None
    share_per_author: Annotated[
        Share | None,
        Field(
            description="Largest share of a seed's windows that one author's texts may have; by default "
            "there is no limit. Texts without a known author have none."
        ),
    ] = None
    begin_of_text: Annotated[
        bool,
        Field(
            description="Whether a begin-of-text token is put before every window where the model's "
            "tokenizer does so by default; `false` leaves it out."
        ),
    ] = True


class CorpusWindows(Section):
    """The keys of `windows` that are different for one corpus."""

    length: Annotated[
        Length | None, Field(description="Replaces `windows.length` for this corpus, in tokens.")
    ] = None
    per_seed: Annotated[
        Count | None, Field(description="Replaces `windows.per_seed` for this corpus.")
    ] = None
    positions: Annotated[
        Count | None, Field(description="Replaces `windows.positions` for this corpus.")
    ] = None
    min_position: Annotated[
        Position | None, Field(description="Replaces `windows.min_position` for this corpus.")
    ] = None
    max_position: Annotated[
        Position | None, Field(description="Replaces `windows.max_position` for this corpus.")
    ] = None
    share_per_author: Annotated[
        Share | None, Field(description="Replaces `windows.share_per_author` for this corpus.")
    ] = None
    begin_of_text: Annotated[
        bool | None, Field(description="Replaces `windows.begin_of_text` for this corpus.")
    ] = None


class Work(Section):
    """The author of files of a corpus, or of one work in a file that holds several.

    A work in a file has `title`, `first` and `last`; what the file holds outside its works is not read.
    """

    file: Annotated[
        Text,
        Field(
            min_length=1,
            description="Glob pattern for the end of the file's path, such as `texts/*.txt`.",
        ),
    ]
    author: Annotated[Text, Field(min_length=1, description="Name of the author.")]
    title: Annotated[Text | None, Field(min_length=1, description="Title of the work.")] = None
    first: Annotated[
        Text | None,
        Field(
            min_length=1,
            description="First words of the work; they stand in the file once. Line breaks count as "
            "spaces.",
        ),
    ] = None
    last: Annotated[
        Text | None,
        Field(min_length=1, description="Last words of the work; they stand in the file once."),
    ] = None

    @model_validator(mode="after")
    def _span(self) -> "Work":
        if len({value is None for value in (self.title, self.first, self.last)}) > 1:
            raise ValueError("the keys title, first and last go together: allowed are all or none")
        return self


class HeldOutOf(Section):
    """The documents of a corpus that a training holds out."""

    model: Annotated[Key, Field(description="Key of a model that has a `training`.")]
    corpus: Annotated[Key, Field(description="Key of one of the corpora of that training.")]


class Corpus(Section):
    """A text from sources or from a local path, or the text or held-out part of another corpus."""

    sources: Annotated[
        Keys, Field(description="Keys of the sources, in the order in which they are read.")
    ] = []
    local: Local = None
    licence: Licence = None
    reader: Annotated[
        Annotated[
            Reader,
            meanings(
                gutenberg="Project Gutenberg files, without their licence and with duplicates removed.",
                wikipedia="A dump of Wikipedia as bzip2-compressed XML, one document for each article.",
                text="UTF-8 text files, one document for each file.",
                wikitext="Rows of the data set WikiText, joined to articles.",
                dataset="Parquet or JSON-lines files with a column `text`, one document for each row.",
            ),
        ]
        | None,
        Field(
            description="How the files are read into documents; with `local`, the default is `text`."
        ),
    ] = None
    held_out: Annotated[
        HeldOutOf | None,
        Field(
            description="The corpus consists of the documents of another corpus that a training "
            "holds out."
        ),
    ] = None
    min_characters: Annotated[
        Count | None,
        Field(
            description="Length of the shortest document that is kept, in characters; by default the "
            "reader's own limit."
        ),
    ] = None
    documents: Annotated[
        Count | None,
        Field(
            description="Number of documents that are kept, the first ones in reading order; by "
            "default all of them."
        ),
    ] = None
    works: Annotated[
        list[Work],
        Field(
            max_length=MOST_NAMES,
            description="Authors of the files, and works in files that hold several, for the reader "
            "`gutenberg`; a file that is not named here is read whole.",
        ),
    ] = []
    text_of: Annotated[
        Key | None,
        Field(
            description="Key of a corpus whose text this one shares, with other windows; windows of "
            "equal length are the same in both."
        ),
    ] = None
    windows: Annotated[
        CorpusWindows | None,
        Field(description="The keys of `windows` that are different for this corpus."),
    ] = None

    @model_validator(mode="after")
    def _one_origin(self) -> "Corpus":
        origins = {key: getattr(self, key) for key in ("sources", "local", "text_of", "held_out")}
        for key in ("text_of", "held_out"):
            others = sorted(self.model_fields_set - {key, "windows"})
            if origins[key] is not None and others:
                raise ValueError(
                    f"found {', '.join(others)} beside {key}; allowed beside it is only windows"
                )
        check_one_origin(origins, self.licence)
        if self.sources and self.reader is None:
            raise ValueError("the key reader is missing; it must be given")
        if self.works and self.reader != "gutenberg":
            raise ValueError("the key works goes with the reader gutenberg")
        return self
