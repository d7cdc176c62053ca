"""The pages that tests read, and the files that they name only as a reader's own."""

from tiny_study import REPOSITORY

AT_ROOT = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md"]
PAGES = [*(REPOSITORY / name for name in AT_ROOT), *sorted((REPOSITORY / "docs").glob("*.md"))]
EXAMPLES = {"studies/mine.yaml", "studies/name.yaml", "scripts/draw_NAME.py"}
EXAMPLES |= {"docs/blocks/NAME.md", ".dvc/config.local"}
