"""What an archive declares is judged before anything of it is written."""

import gzip
import random
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from mutated_files import ends
from tiny_archives import special, tar_of, zip_link, zip_of

from token_influence.config.sources import Package
from token_influence.errors import SourceError
from token_influence.sources import archives
from token_influence.sources.archives import UNPACKED_MB, Wanted, extract

MB = 1_000_000
NOISE = random.Random(0).randbytes(5000)


def unpack(
    target: Path, content: bytes, *patterns: str, file: str = "demo.tar.gz", most: int = 1
) -> dict[str, Any]:
    archive = target.with_name("archive")
    archive.write_bytes(content)
    return extract(archive, Wanted(file, patterns or ("*",), {}, most), target)


def refused(target: Path, content: bytes, *patterns: str, **options: Any) -> str:
    """The one sentence of an archive that is refused before anything is written."""
    with pytest.raises(SourceError) as caught:
        unpack(target, content, *patterns, **options)
    assert not target.exists() or not any(p.is_file() for p in target.rglob("*"))
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert "demo." in message
    return message


def declared(name: str, size: int) -> bytes:
    """A tar that breaks off after a header."""
    info = tarfile.TarInfo(name)
    info.size = size
    return gzip.compress(info.tobuf())


def pax(headers: dict[str, str], size: int = 0) -> bytes:
    info = tarfile.TarInfo("a.txt")
    info.size, info.pax_headers = size, headers
    return gzip.compress(info.tobuf(format=tarfile.PAX_FORMAT) + bytes(10240))


# --- sizes ----------------------------------------------------------------------------------------


def test_a_member_that_declares_too_much_is_refused_with_all_that_one_needs_to_know(tmp_path):
    message = refused(tmp_path / "out", declared("big.bin", 3_000_000_000), most=UNPACKED_MB)
    assert message == (
        "demo.tar.gz unpacks to too much: its member 'big.bin' has 3,000.0 MB, which makes 3,000.0 MB "
        "or more; allowed are 2,000 MB, the unpacked_mb of its source."
    )


def test_the_default_is_the_one_that_the_config_tells():
    description = str(Package.model_json_schema()["properties"]["unpacked_mb"]["description"])
    assert description.endswith(f"by default {UNPACKED_MB:,}.")


def test_a_sparse_member_counts_by_what_it_would_take(tmp_path):
    sparse = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1"}
    sparse |= {"GNU.sparse.size": str(200 << 30), "GNU.sparse.name": "a.txt"}
    message = refused(tmp_path / "out", pax(sparse), most=UNPACKED_MB)
    assert "214,748.4 MB" in message


def test_members_that_are_too_much_together_are_refused(tmp_path):
    half = ("one.txt", bytes(600_000)), ("two.txt", bytes(600_000))
    assert "'two.txt' has 0.6 MB, which makes 1.2 MB" in refused(tmp_path / "out", tar_of(*half))
    assert "makes 1.2 MB" in refused(tmp_path / "out", zip_of(*half), file="demo.zip")
    assert len(unpack(tmp_path / "out", tar_of(*half), most=2)) == 2


def test_of_a_tar_all_counts_since_it_is_read_through_but_of_a_zip_only_what_is_wanted(tmp_path):
    entries = ("big.bin", bytes(3 * MB)), ("small.txt", b"small")
    assert "'big.bin' has 3.0 MB" in refused(tmp_path / "out", tar_of(*entries), "small.txt")
    found = unpack(tmp_path / "out", zip_of(*entries), "small.txt", file="demo.zip")
    assert list(found) == ["small.txt"]


def lying_zip(content: bytes, size: int, method: int) -> bytes:
    """A zip whose member declares `size` bytes, with a checksum that fits these."""
    honest = zip_of(("a.txt", content), compression=method)
    facts = struct.pack("<L", zlib.crc32(content)), struct.pack("<L", len(content))
    false = struct.pack("<L", zlib.crc32(content[:size])), struct.pack("<L", size)
    return honest.replace(facts[0], false[0]).replace(facts[1], false[1])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_with_more_than_it_declares_is_refused(tmp_path, method):
    content = lying_zip(bytes(3 * MB), 70_000, method)
    with pytest.raises(SourceError) as caught:
        unpack(tmp_path / "out", content, file="demo.zip")
    assert "Bad CRC-32" in str(caught.value) or "70000 bytes that it declares" in str(caught.value)
    assert (tmp_path / "out/a.txt").stat().st_size < 100_000


def test_a_member_with_less_than_it_declares_is_refused(tmp_path):
    content = zip_of(("a.txt", b"x" * 70_000), compression=zipfile.ZIP_DEFLATED)
    content = content.replace(struct.pack("<L", 70_000), struct.pack("<L", 80_000))
    with pytest.raises(SourceError, match="80000 bytes that it declares"):
        unpack(tmp_path / "out", content, file="demo.zip")


def test_a_small_member_cannot_unpack_to_much_in_memory(tmp_path):
    content = lying_zip(bytes(150 * MB), 1, zipfile.ZIP_BZIP2)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError):
            unpack(tmp_path / "out", content, file="demo.zip")
        assert tracemalloc.get_traced_memory()[1] < 120 * MB
    finally:
        tracemalloc.stop()


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["attributes", "global attributes", "long name", "sparse map"])
def test_a_header_is_bounded_before_it_is_read(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(archives, "TAR_HEADER", 100_000)
    long = "x" * 300_000
    if kind == "attributes":
        content = pax({"comment": long})
    elif kind == "global attributes":
        content = gzip.compress(
            tarfile.TarInfo.create_pax_global_header({"comment": long})
            + tar_of(("a.txt", b"a"), mode="w")
        )
    elif kind == "long name":
        info = tarfile.TarInfo(long)
        content = gzip.compress(info.tobuf(format=tarfile.GNU_FORMAT))
    else:
        sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.txt"}
        numbers = b"60000\n" + b"0\n" * 120_000
        info = tarfile.TarInfo("a.txt")
        info.size, info.pax_headers = len(numbers), sparse
        content = gzip.compress(info.tobuf(format=tarfile.PAX_FORMAT) + numbers + bytes(10240))
    message = refused(tmp_path / "out", content, most=UNPACKED_MB)
    assert message == "demo.tar.gz has a header of more than 100,000 bytes."


def test_the_headers_of_all_members_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "TAR_HEADERS", 5000)
    many = [(f"{number}.txt", b"x" * 1000) for number in range(10)]
    assert unpack(tmp_path / "out", tar_of(*many[:9]))
    rmtree(tmp_path / "out")
    assert "headers of more than 5,000 bytes" in refused(tmp_path / "out", tar_of(*many))


def test_the_number_of_members_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 50)
    many = [(f"{number}.txt", b"") for number in range(51)]
    for content, file in ((tar_of(*many), "demo.tar.gz"), (zip_of(*many), "demo.zip")):
        assert "more than 50 members" in refused(tmp_path / "out", content, "1.txt", file=file)
        assert unpack(tmp_path / "out", tar_of(*many[1:]), "1.txt")
        rmtree(tmp_path / "out")


def test_the_list_of_a_zip_is_bounded_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ZIP_DIRECTORY", 100_000)
    content = zip_of(*[("x" * 1000 + str(number), b"") for number in range(100)])
    message = refused(tmp_path / "out", content, file="demo.zip")
    assert message == "demo.zip has a list of members of more than 100,000 bytes."


@pytest.mark.parametrize("size", ["-1024", "-2048", "-999999999999"])
def test_a_negative_size_does_not_read_a_header_again_and_again(tmp_path, size):
    assert "negative size" in refused(tmp_path / "out", pax({"size": size}))


# --- where members would land ---------------------------------------------------------------------

HIDDEN: dict[str, Callable[[Path], bytes]] = {
    "link before": lambda out: tar_of(
        special("d", tarfile.SYMTYPE, str(out)), ("d/evil.txt", b"evil")
    ),
    "link after": lambda out: tar_of(
        ("./d/evil.txt", b"evil"), special("d", tarfile.SYMTYPE, str(out))
    ),
    "zip": lambda out: zip_of((zip_link("d"), str(out).encode()), ("d/evil.txt", b"evil")),
    "a file": lambda out: tar_of(("d", b"good"), ("d/evil.txt", b"evil")),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_member_behind_a_link_that_nobody_asked_for_is_refused(tmp_path, kind):
    file = "demo.zip" if kind == "zip" else "demo.tar.gz"
    content = HIDDEN[kind](tmp_path)
    message = refused(tmp_path / "out", content, "*evil.txt", file=file)
    assert "evil.txt' lies behind 'd', which is no folder" in message


def test_a_link_that_is_there_already_is_followed_to_judge(tmp_path):
    target, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    target.mkdir()
    elsewhere.mkdir()
    (target / "d").symlink_to(elsewhere)
    message = refused(target, tar_of(("d/evil.txt", b"evil")))
    assert f"'d/evil.txt' would land at {elsewhere}/evil.txt, outside of {target}" in message
    assert not list(elsewhere.iterdir())
    (target / "inside").mkdir()
    (target / "e").symlink_to("inside")
    assert unpack(target, tar_of(("e/good.txt", b"good")))
    assert (target / "inside/good.txt").read_bytes() == b"good"
    both = tar_of(("e/other.txt", b"good"), ("inside/other.txt", b"evil"))
    with pytest.raises(SourceError, match=r"'inside/other\.txt' is there twice"):
        unpack(target, both)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a/" * 200 + "b.txt", "lies more than 100 folders deep"),
        ("line\nbreak.txt", "has a name that is no text"),
        ("caf\udce9.txt", "has a name that is no text"),
    ],
)
def test_a_name_that_will_not_do_is_refused(tmp_path, name, fault):
    assert fault in refused(tmp_path / "out", tar_of((name, b"x")))


def test_two_spellings_of_one_path_are_twice_the_same(tmp_path):
    content = tar_of(("a.txt", b"good"), ("./a.txt", b"evil"))
    assert "'./a.txt' is there twice" in refused(tmp_path / "out", content)


# --- damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_stream_within_a_zip_is_one_sentence(tmp_path, method):
    content = bytearray(zip_of(("a.txt", NOISE), compression=method))
    content[40:4000] = bytes(3960)
    with pytest.raises(SourceError, match=r"^The archive demo\.zip cannot be read: [^\n]*\.$"):
        unpack(tmp_path / "out", bytes(content), file="demo.zip")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_damaged_stream_around_a_tar_is_one_sentence(tmp_path, mode):
    content = tar_of(("a.txt", NOISE * 100), mode=mode)
    for damaged in (content[: len(content) // 2], content[:10] + NOISE[:99] + content[109:]):
        with pytest.raises(SourceError, match=r"^The archive demo\.tar\.gz cannot be read: .*\.$"):
            unpack(tmp_path / "out", damaged)


# --- fuzz -----------------------------------------------------------------------------------------

MEMBERS: tuple[tuple[str, bytes], ...] = (
    ("demo-1.0/long/" + "name" * 40 + ".txt", b"long name"),
    ("demo-1.0/noise.bin", NOISE),
    ("demo-1.0/text.txt", b"words and words " * 4000),
)
WHOLE = {
    **{f"demo{m}.tar": tar_of(*MEMBERS, mode=f"w{m}") for m in ("", ":gz", ":bz2", ":xz")},
    **{f"demo{m}.zip": zip_of(*MEMBERS, compression=m) for m in (0, 8, 12, 14)},
}
FUZZED = 2000
MOST_MEMORY = 1 << 30
SECONDS_EACH = 20


def mutated(content: bytes, draw: random.Random) -> bytes:
    """`content` cut, or with bits flipped, fields of headers replaced or parts moved."""
    new = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 5, 20])):
        at = draw.randrange(len(new))
        if draw.random() < 0.5:  # headers lie at the ends
            at = draw.choice([at % 1024, max(len(new) - 1 - at % 1024, 0)]) % len(new)
        match draw.choice(["bit", "byte", "field", "number", "move", "cut"]):
            case "bit":
                new[at] ^= 1 << draw.randrange(8)
            case "byte":
                new[at] = draw.choice([0, 1, 0x7F, 0x80, 0xFF, ord("0"), ord("7"), ord("-")])
            case "field":
                new[at : at + 4] = struct.pack("<L", draw.choice([0, 1, 2**31, 2**32 - 1]))
            case "number":
                new[at : at + 12] = draw.choice(
                    [b"77777777777\0", b"\xff" * 12, b"\x80" + b"\0" * 11]
                )
            case "move":
                new[at : at + 64] = new[draw.randrange(len(new)) :][:64]
            case "cut":
                del new[at : at + draw.choice([1, 16, len(new) // 3])]
        new = new or bytearray(1)
    return bytes(new)


def resealed(content: bytes) -> bytes:
    """A plain tar whose headers' checksums fit again, so that what they say is believed."""
    new = bytearray(content)
    for start in range(0, len(new) - 511, 512):
        header = new[start : start + 512]
        if header[257:262] == b"ustar":
            total = 256 + sum(header[:148]) + sum(header[156:])
            new[start + 148 : start + 156] = b"%06o\0 " % total
    return bytes(new)


def case(seed: int) -> tuple[str, bytes]:
    """File name and content of one mutated archive."""
    draw = random.Random(seed)
    file = draw.choice(sorted(WHOLE))
    if file.endswith(".zip") or draw.random() < 0.5:
        return file, mutated(WHOLE[file], draw)
    inside = resealed(mutated(WHOLE["demo.tar"], draw))  # behind a compression that is whole
    return file, inside if file == "demo.tar" else gzip.compress(inside, 1)


def outcome(seed: int, folder: Path) -> str:
    """How the extraction of one mutated archive ends; anything else than these two is raised."""
    file, content = case(seed)
    try:
        unpack(folder / "out", content, "*", file=file)
        return "unpacked"
    except SourceError as error:
        if "\n" in str(error):
            raise
        return "refused"
    finally:
        rmtree(folder / "out", ignore_errors=True)
        assert [path.name for path in folder.iterdir()] == ["archive"]


@pytest.mark.long
def test_mutated_archives_end_in_files_or_in_one_sentence(tmp_path):
    found = ends(
        outcome,
        lambda seed: case(seed)[0],
        tmp_path,
        files=FUZZED,
        memory=MOST_MEMORY,
        seconds=SECONDS_EACH,
    )
    assert 0.02 < found.count("unpacked") / FUZZED < 0.9
