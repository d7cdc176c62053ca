"""Package files and joined files: what arrives, what the manifest says, what is refused."""

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from package_server import FILE, SDIST, WHEEL, Index, get, refused
from tiny_archives import sha256, special, tar_of, zip_link, zip_of

from token_influence.errors import SourceError
from token_influence.sources.cache import ensure_source
from token_influence.sources.fetch import fetch
from token_influence.sources.kinds import fetch_joined


def test_only_the_wanted_members_arrive_and_the_manifest_tells_of_them(index, tmp_path):
    manifest = get(tmp_path / "demo")
    assert manifest == {
        "kind": "package",
        "name": "demo",
        "version": "1.0",
        "file": FILE,
        "sha256": sha256(SDIST),
        "licence": "CC0",
        "members": {
            "demo-1.0/texts/one.txt": {"sha256": sha256(b"one"), "bytes": 3},
            "demo-1.0/texts/two_(old)[1].txt": {"sha256": sha256(b"two two"), "bytes": 7},
        },
    }
    assert list(manifest["members"]) == sorted(manifest["members"])
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {f"demo/{member}" for member in manifest["members"]}
    assert (tmp_path / "demo/demo-1.0/texts/one.txt").read_bytes() == b"one"


def test_equal_pins_give_equal_manifests_wherever_they_are_fetched_to(index, tmp_path):
    assert get(tmp_path / "here") == get(tmp_path / "elsewhere" / "there")


def test_a_wheel_is_read_like_an_sdist(index, tmp_path):
    wheel = zip_of(("demo/data.txt", b"data"), ("demo/__init__.py", b"raise SystemExit"))
    index.files[WHEEL] = wheel
    manifest = get(tmp_path / "demo", WHEEL, wheel, members=["demo/data.txt"])
    assert manifest["members"] == {"demo/data.txt": {"sha256": sha256(b"data"), "bytes": 4}}
    assert (tmp_path / "demo/demo/data.txt").read_bytes() == b"data"


def test_a_member_with_brackets_can_be_named_plainly(index, tmp_path):
    name = "demo-1.0/texts/two_(old)[1].txt"
    assert list(get(tmp_path / "demo", members=[name])["members"]) == [name]


def test_a_member_may_have_a_checksum_of_its_own(index, tmp_path):
    pin = {"demo-1.0/texts/one.txt": sha256(b"one")}
    get(tmp_path / "demo", member_sha256=pin)
    message = refused(tmp_path / "other", member_sha256={"demo-1.0/texts/one.txt": sha256(b"uno")})
    assert sha256(b"one") in message
    assert sha256(b"uno") in message


def test_every_pattern_must_match_a_file(index, tmp_path):
    members = ["demo-1.0/texts/*.txt", "demo-1.0/texts"]  # the second is a folder
    assert "no member 'demo-1.0/texts'" in refused(tmp_path / "demo", members=members)


@pytest.mark.parametrize("file", [FILE, WHEEL])
def test_a_file_that_is_no_archive_is_refused(index, tmp_path, file):
    index.files[file] = b"no archive"
    message = refused(tmp_path / "demo", file=file, content=b"no archive")
    assert f"The archive {file} cannot be read" in message


def test_an_archive_that_breaks_off_is_refused(index, tmp_path):
    noise = bytes(range(256)) * 64
    broken = zip_of(("demo/data.txt", noise)).replace(noise[:64], noise[64:128], 1)
    index.files[WHEEL] = broken
    message = refused(tmp_path / "demo", file=WHEEL, content=broken, members=["demo/*"])
    assert f"The archive {WHEEL} cannot be read: Bad CRC-32" in message


def test_a_folder_that_cannot_be_written_is_one_sentence(index, tmp_path):
    (tmp_path / "file").write_text("a file, not a folder")
    assert "can't be written: Not a directory" in refused(tmp_path / "file" / "demo")


# Each of these would put something where `out` is, or make a later member go there.
HOSTILE: dict[str, Callable[[Path], bytes]] = {
    "leads out": lambda out: tar_of(("demo-1.0/../../evil.txt", b"evil")),
    "starts outside": lambda out: tar_of(("../evil.txt", b"evil")),
    "absolute": lambda out: tar_of((f"{out}/evil.txt", b"evil")),
    "drive": lambda out: tar_of(("c:/evil.txt", b"evil")),
    "backslash": lambda out: tar_of(("..\\evil.txt", b"evil")),
    "symlink": lambda out: tar_of(special("link.txt", tarfile.SYMTYPE, str(out))),
    "hardlink": lambda out: tar_of(special("link.txt", tarfile.LNKTYPE, str(out))),
    "pipe": lambda out: tar_of(special("pipe.txt", tarfile.FIFOTYPE)),
    "device": lambda out: tar_of(special("null.txt", tarfile.CHRTYPE)),
    "through a link": lambda out: tar_of(
        special("d", tarfile.SYMTYPE, str(out)), ("d/evil.txt", b"evil")
    ),
    "twice": lambda out: tar_of(("one.txt", b"good"), ("one.txt", b"evil")),
    "zip leads out": lambda out: zip_of(("demo/../../evil.txt", b"evil")),
    "zip absolute": lambda out: zip_of((f"{out}/evil.txt", b"evil")),
    "zip symlink": lambda out: zip_of((zip_link("link.txt"), str(out).encode())),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_unsafe_member_stops_everything(index, tmp_path, kind):
    (tmp_path / "out").mkdir()
    file = WHEEL if kind.startswith("zip") else FILE
    content = index.files[file] = HOSTILE[kind](tmp_path / "out")
    message = refused(tmp_path / "in" / "demo", file=file, content=content, members=["*"])
    assert "is not safe" in message
    assert not list(tmp_path.rglob("evil.txt"))


def test_an_unsafe_member_that_nobody_wants_stays_in_the_archive(index, tmp_path):
    content = tar_of(("../evil.txt", b"evil"), ("good.txt", b"good"))
    index.files[FILE] = content
    get(tmp_path / "in" / "demo", content=content, members=["good.txt"])
    assert {path.name for path in tmp_path.rglob("*.txt")} == {"good.txt"}


def parts_of(index: Index, *contents: bytes, members: str = "part*") -> list[dict[str, Any]]:
    """Packages of one project, each with one part of a file."""
    parts = []
    for number, content in enumerate(contents):
        file = f"demo-1.{number}.tar.gz"
        index.files[file] = tar_of(("part", content), ("other", b"other"))
        pins = {"name": "demo", "version": f"1.{number}", "file": file, "members": [members]}
        parts.append(pins | {"sha256": sha256(index.files[file])})
    return parts


def test_parts_are_joined_in_their_order(index, tmp_path):
    join = {"file": "whole.bin", "sha256": sha256(b"onetwothree")}
    join |= {"parts": parts_of(index, b"one", b"two", b"three")}
    source = {"join": join, "licence": "CC0"}
    manifest = fetch(source, tmp_path / "whole")
    assert (tmp_path / "whole/whole.bin").read_bytes() == b"onetwothree"
    assert [path.name for path in tmp_path.rglob("*")] == ["whole", "whole.bin"]
    assert manifest["members"] == {"whole.bin": {"sha256": join["sha256"], "bytes": 11}}
    assert [part["version"] for part in manifest["parts"]] == ["1.0", "1.1", "1.2"]
    (tmp_path / "whole/whole.bin").unlink()
    ensure_source(source, tmp_path / "whole", manifest)
    assert (tmp_path / "whole/whole.bin").read_bytes() == b"onetwothree"


def test_parts_that_make_another_file_are_refused(index, tmp_path):
    parts = parts_of(index, b"one", b"two")
    with pytest.raises(SourceError, match=r"checksum of whole\.bin differs"):
        fetch_joined("whole.bin", sha256(b"twoone"), parts, "CC0", tmp_path / "whole")
    assert not list(tmp_path.iterdir())


def test_a_source_says_how_much_it_may_unpack_to(index, tmp_path):
    content = index.files[FILE] = tar_of(("a.txt", bytes(1_500_000)))
    assert "unpacks to too much" in refused(
        tmp_path / "demo", content=content, members=["*"], unpacked_mb=1
    )
    get(tmp_path / "demo", content=content, members=["*"], unpacked_mb=2)
    parts = [part | {"unpacked_mb": 1} for part in parts_of(index, bytes(1_500_000))]
    with pytest.raises(SourceError, match="unpacks to too much"):
        fetch_joined("whole.bin", sha256(bytes(1_500_000)), parts, "CC0", tmp_path / "whole")


def test_a_part_must_be_one_member(index, tmp_path):
    parts = parts_of(index, b"one", members="*")
    with pytest.raises(SourceError, match="one part of a file, but its members match other, part"):
        fetch_joined("whole.bin", sha256(b"one"), parts, "CC0", tmp_path / "whole")
    assert not list(tmp_path.iterdir())
