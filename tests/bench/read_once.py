"""Read pages once by one method; print the mean CPU milliseconds of a page. A script for either Python."""

import json
import sys
import time
from pathlib import Path

REPEATS = 3


def ours(text: str) -> object:
    from service.errors import LookFailed
    from service.sites.reading import read

    try:
        return read(text, None, None)
    except LookFailed:
        return None


def extruct(text: str) -> object:
    from extruct import extract

    return extract(text, syntaxes=["json-ld", "microdata"], errors="ignore")


def soup(text: str) -> object:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "lxml").find_all(attrs={"class": True})


def main() -> None:
    method = {"ours": ours, "extruct": extruct, "soup": soup}[sys.argv[1]]
    texts = [Path(name).read_text(encoding="utf-8", errors="replace") for name in sys.argv[2:]]
    for text in texts:
        method(text)  # a server imports and compiles once, and reads for weeks
    began = time.process_time()
    for text in texts * REPEATS:
        method(text)
    spent = time.process_time() - began
    sys.stdout.write(json.dumps(spent * 1000 / len(texts) / REPEATS))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
