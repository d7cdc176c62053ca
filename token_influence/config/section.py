"""The base class and the bounded types of which every section of the configuration is made.

Every value has an upper bound, far above any study that could be run, so that a typing error is refused
before planning hangs on it.
"""

from collections.abc import Collection
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
MOST_NAMES = 1000  # entries of a list of names, patterns or steps
LONGEST_WINDOW = 1_000_000  # tokens

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(pattern=ONE_LINE, max_length=2000)]
Key = Annotated[str, Field(pattern=ONE_LINE, min_length=1, max_length=80)]  # of another entry
Keys = Annotated[list[Key], Field(min_length=1, max_length=MOST_NAMES)]
Patterns = Annotated[list[Text], Field(min_length=1, max_length=MOST_NAMES)]
Entry = TypeVar("Entry")
Entries = Annotated[dict[Slug, Entry], Field(max_length=MOST_NAMES)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Length = Annotated[int, Field(ge=2, le=LONGEST_WINDOW)]  # of a window, in tokens
Position = Annotated[int, Field(ge=1, le=LONGEST_WINDOW)]  # in a window, or a distance in it
Tokens = Annotated[int, Field(ge=0, le=LONGEST_WINDOW)]
Step = Annotated[int, Field(ge=0, le=999_999_999)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Threads = Annotated[int, Field(ge=1, le=1024)]


def meanings(**sentences: str) -> FieldInfo:
    """What each value of an enumeration means, one sentence each, which editors show with it.

    A value without one has the empty text, which a test refuses (config/test_schema.py).
    """

    def explain(schema: dict[str, Any]) -> None:
        schema["enumDescriptions"] = [sentences.get(value, "") for value in schema["enum"]]

    info: FieldInfo = Field(json_schema_extra=explain)
    return info


class Section(BaseModel):
    """A mapping of the configuration: immutable, strictly typed, no unknown keys, finite numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def plain(section: Section, without: Collection[str] = ()) -> dict[str, Any]:
    """A section as plain data, as JSON has it: no key without a value, none of the keys `without`."""
    return section.model_dump(mode="json", exclude_none=True, exclude=set(without))
