"""Make the web fonts: one file per weight with the letters that Vietnamese and western names need.

The latin and vietnamese subsets overlap and are loaded together on every page; joined and cut to what is
used, four weights fit into 100 KB. Needs: pip install fonttools brotli.
Usage: python make_web_fonts.py FOLDER_OF_TTF TARGET_FOLDER   (BeVietnamPro-Regular.ttf and so on)
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont

LETTERS = (
    "20-7E,A0-FF,102-103,110-111,128-129,168-169,1A0-1A1,1AF-1B0,300-301,303,309,323,1EA0-1EF9,"
    "152-153,160-161,17D-17E,2010-2015,2018-201E,2020-2022,2026,2030,2032-2033,2039-203A,20AB,20AC,2122,2190-2193,2212,2248,2264-2265"
)
WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}


def make(source: Path, target: Path) -> None:
    """One weight: letters, kerning, accents; no hints, no small caps."""
    font = TTFont(source)
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(LETTERS))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    for name, weight in WEIGHTS.items():
        make(Path(sys.argv[1]) / f"BeVietnamPro-{name}.ttf", Path(sys.argv[2]) / f"be-vietnam-pro-{weight}.woff2")
