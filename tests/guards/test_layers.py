"""Who may import whom: the contract of pyproject.toml, the drawing of it, and who may know the web."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support import tree

KNOW_THE_WEB = re.compile(
    r"khuyenhoc\.(application|cli|web(\..+)?|org\.(access|answers|uploads)|\w+(\.\w+)*\.(views|forms|cli)(\.\w+)*)",
    re.ASCII,
)
"""The modules that may import Flask; every other one is a rule, a table or a reading of them."""

KNOW_ADDRESSES = re.compile(r"khuyenhoc\.(\w+\.(links|panels)|home\.(\w+_)?work)", re.ASCII)
"""They say where a page of their feature is (``url_for``), so that other features can lead there."""

KNOW_THE_APP = {"khuyenhoc.core.migrating"}
"""Flask-Migrate hands the app to Alembic."""

THE_WEB = {
    "flask",
    "flask_wtf",
    "flask_htmx",
    "flask_compress",
    "jinja2_fragments",
    "werkzeug",
    "wtforms",
    "whitenoise",
}


def test_imports_point_down_only() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout


def test_only_views_forms_and_commands_know_the_web() -> None:
    knowing = {
        f"{tree.name_of(path)} imports {module}"
        for path in tree.python_files("khuyenhoc")
        if not (KNOW_THE_WEB.fullmatch(tree.module_of(path)) or KNOW_ADDRESSES.fullmatch(tree.module_of(path)))
        if tree.module_of(path) not in KNOW_THE_APP
        for module in tree.imports(path)
        if module.split(".")[0] in THE_WEB
    }

    assert knowing == set()


def test_the_package_is_handed_its_settings_and_never_fetches_them() -> None:
    allowed = {"khuyenhoc/cli.py", "khuyenhoc/application.py"}
    fetching = {tree.name_of(path) for path in tree.python_files("khuyenhoc") if "config" in {*tree.imports(path)}}

    assert fetching <= allowed


def test_views_of_two_features_never_meet() -> None:
    meeting = set()
    for path in tree.python_files("khuyenhoc"):
        feature = path.relative_to(tree.PACKAGE).parts[0]
        if feature in ("application.py", "cli.py"):
            continue
        for module in tree.imports(path):
            other = re.fullmatch(r"khuyenhoc\.(\w+)\.(?:\w+\.)*(?:views|forms)(?:\.\w+)?", module)
            if other and other[1] not in (feature, "web"):
                meeting.add(f"{tree.name_of(path)} imports {module}")

    assert meeting == set()


def test_inside_a_feature_concepts_know_no_forms_and_forms_no_views() -> None:
    rank = {"views": 2, "cli": 2, "forms": 1}
    backwards = set()
    for path in tree.python_files("khuyenhoc"):
        parts = tree.module_of(path).split(".")
        own = max((rank.get(part, 0) for part in parts[2:]), default=0)
        if len(parts) < 3 or parts[1] == "web":
            continue
        for module in tree.imports(path):
            there = module.split(".")
            if there[:2] == parts[:2] and max((rank.get(part, 0) for part in there[2:]), default=0) > own:
                backwards.add(f"{tree.name_of(path)} imports {module}")

    assert backwards == set()


def test_the_drawing_shows_the_contract() -> None:
    drawing = (tree.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = re.findall(r"^    │ (.+?) *│", drawing, re.MULTILINE)
    drawn = [[name.strip() for name in re.split(r"[·|]", line.split("  ")[0])] for line in lines]

    assert drawn == tree.layers()


def test_every_package_has_its_layer() -> None:
    there = {path.stem for path in tree.PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert there - {"__init__"} <= {name for layer in tree.layers() for name in layer}


def test_packages_run_no_code_of_their_own() -> None:
    speaking = [tree.name_of(path) for path in tree.PACKAGE.rglob("__init__.py") if path.read_text().strip()]

    assert speaking == []


def test_indexes_over_some_rows_load_no_engine_that_is_not_used() -> None:
    texts = {tree.name_of(path): path.read_text("utf-8") for path in tree.python_files("khuyenhoc")}

    assert [name for name, text in texts.items() if "_where=text(" in text] == []  # info=only_where("…")
