"""Golden texts of Python itself: numbers by repr, and lists by repr, json.dumps and by hand.

    python notebooks/goldens/make_text_goldens.py UDFS_GOLDENS JOBS_GOLDENS

Writes UDFS_GOLDENS/floats.jsonl.gz, each a line [bits of the double as a decimal number in a text, repr], and
JOBS_GOLDENS/lists.jsonl.gz, each a line [text of a list, str of each of its elements].
"""

import ast
import gzip
import json
import math
import random
import struct
import sys
from pathlib import Path

COUNT = 2_000
PIECES = ["a", "B", "7", " ", ", ", "'", '"', "\\", "\n", "\t", "\r", "\0", "\x1b", "\x7f", "é", "\u2028", "漢", "😀", "[", "]", "None", "\\n", "/"]
BY_HAND = [
    "[]", "[ ]", " ['a'] ", "['a',]", "[1, -2, +3, 0, 00]", "[1., .5, 1e5, 1E-7, -0.0, 1e400]", "[True, False]", "[u'a']",
    r"['\x41\u00e9\U0001F600\101\0\7']", r"['\d\q\/']", "['a\\\nb']", "['it\\'s', \"it's\"]", "[\n 'a',\n 'b'\n]", "['a', 1, 2.50]",
    "[123456789012345678901234567890]", "['']", '["\\""]', "['[a]', '(b)']", "[1e22, 1e16, 123456789012345680.0, 0.0001, 0.00001]",
]


def double(random):
    kind = random.randrange(5)
    if kind == 0:
        return struct.unpack("<d", random.getrandbits(64).to_bytes(8, "little"))[0]
    if kind == 1:
        return round(random.uniform(-1000, 1000), random.randrange(6))
    if kind == 2:
        return math.ldexp(random.choice([-1.0, 1.0]), random.randrange(-1074, 1024))
    if kind == 3:
        return float(random.randrange(-(10 ** random.randrange(1, 20)), 10**18))
    return random.random() * 10.0 ** random.randrange(-20, 25)


def element(random):
    kind = random.randrange(8)
    if kind == 0:
        return random.choice([True, False])
    if kind == 1:
        return random.randrange(-(10**25), 10**25) if random.random() < 0.3 else random.randrange(-99, 99)
    if kind == 2:
        value = double(random)
        return value if math.isfinite(value) else 0.5
    return "".join(random.choice(PIECES) for _ in range(random.randrange(8)))


def write(path, lines):
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        for line in lines:
            file.write((json.dumps(line) + "\n").encode())


def main(udfs, jobs):
    draw = random.Random(20261126)
    doubles = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 2.0**-44, 9007199254740993.0]
    doubles += [double(draw) for _ in range(COUNT)]
    write(Path(udfs) / "floats.jsonl.gz", ([str(struct.unpack("<q", struct.pack("<d", d))[0]), repr(d)] for d in doubles))
    lists = [(text, ast.literal_eval(text.strip())) for text in BY_HAND]
    for _ in range(COUNT):
        elements = [element(draw) for _ in range(draw.randrange(6))]
        lists.append((repr(elements), elements))
        lists.append((json.dumps(elements, ensure_ascii=draw.random() < 0.5), elements))
    write(Path(jobs) / "lists.jsonl.gz", ([text, [str(e) for e in elements]] for text, elements in lists))


if __name__ == "__main__":
    main(*sys.argv[1:])
