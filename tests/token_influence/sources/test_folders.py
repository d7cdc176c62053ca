"""A source's folder is replaced as a whole, or left as it was."""

from package_server import get, refused


def test_a_former_folder_is_replaced_on_success_and_kept_on_failure(index, tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "former").write_text("former")
    refused(folder, members=["demo-1.0/nothing"])
    assert (folder / "former").read_text() == "former"
    get(folder)
    assert not (folder / "former").exists()


def test_what_a_killed_run_left_is_cleared_away(index, tmp_path):
    (tmp_path / ".demo.tmp" / "members").mkdir(parents=True)
    get(tmp_path / "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
