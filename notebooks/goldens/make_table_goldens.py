"""Tables of questions in every format, and what pandas and pyarrow count in them.

    python make_table_goldens.py ../../jobs/src/test/resources/tables

Made for this purpose, nobody's data. A file has a column for each form of a picture and a row for
each oddity of its format; every form is null in some rows. `counts.json` has, by file: `rows` that
it has, `questions` that have an id and a question, by id the number of pictures in each column.
"""

import base64
import csv
import io
import json
import pathlib
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(sys.argv[1])
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(60))
BASE64 = base64.b64encode(PICTURE).decode()
COLUMNS = ["id", "question", "answer", "name", "names", "base64"]
PAIRS = [(0, 1, 2), (1, 2), (0, 2), (0, 1), (0,), (1,), (2,), ()]  # forms that a row has


def row(number, question="Is it so?", answer="yes"):
    forms = PAIRS[number % len(PAIRS)]
    return {
        "id": str(number),
        "question": question,
        "answer": answer,
        "name": "a.png" if 0 in forms else None,
        "names": (["a.png"] * (1 + number % 3)) if 1 in forms else None,
        "base64": BASE64 if 2 in forms else None,
    }


ROWS = [row(i) for i in range(16)]
ROWS += [
    row(16, question=None),
    row(17, answer=None),
    row(18, question='two\nlines, "quoted"; and more'),
    row(19, question="", answer=""),
    row(20, question="naïve – yes"),
    row(21, question="NA", answer="null"),
]


def cells(one):
    return [
        "" if one[c] is None else repr(one[c]) if isinstance(one[c], list) else one[c]
        for c in COLUMNS
    ]


def separated(name, separator, encoding="utf-8", odd=True):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in ROWS:
        writer.writerow(cells(one))
    if odd:
        writer.writerow(["22", "short"])
        writer.writerow(cells(row(23)) + ["long"])
    writer.writerow(cells(row(24)))
    data = text.getvalue().encode(encoding)
    if encoding == "utf-8":
        data += separator.join(cells(row(25, question="caf@"))).encode().replace(b"@", b"\xe9") + b"\n"
    (FOLDER / name).write_bytes(data)
    bad = []
    read = pd.read_csv(
        FOLDER / name,
        sep=separator,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8",
        encoding_errors="replace",
        engine="python",
        on_bad_lines=lambda line: bad.append(line),
    )
    # What is missing of a short row is NaN; of others no cell is.
    whole = read[read.notna().all(axis=1)]
    return len(read) + len(bad), [
        {c: (None if r[c] == "" else eval(r[c]) if c == "names" else r[c]) for c in COLUMNS}
        for r in whole.to_dict("records")
        if "\ufffd" not in "".join(r.values())
    ]


def objects(name, lines):
    rows = []
    for one in ROWS + [row(i) for i in range(30, 110)]:
        own = dict(one, meta={"file": one["name"]} if one["name"] else None)
        if int(one["id"]) % 2:
            own = {k: v for k, v in own.items() if v is not None}
        if int(one["id"]) > 105:
            own["hint"] = "late"
        rows.append(json.dumps(own))
    if lines:
        rows.insert(20, '{"id": "26", "question": "cut')
        rows.insert(40, '{"id": "27", "question": "caf\xe9"}')
        rows.insert(50, '["28"]')
        (FOLDER / name).write_bytes("\n".join(rows).encode("latin-1") + b"\n")
    else:
        rows.insert(20, json.dumps({"question": "of no id"}))
        (FOLDER / name).write_text("[" + ",\n".join(rows) + "]")
    read = []
    source = (FOLDER / name).read_bytes()
    all_rows = source.splitlines() if lines else [source]
    for line in all_rows:
        try:
            if lines:
                read += pd.read_json(io.StringIO(line.decode()), lines=True, dtype=False).to_dict("records")
            else:
                read = json.loads(line)
        except (UnicodeDecodeError, ValueError, AttributeError):
            pass
    read = [r for r in read if "question" in r or "id" in r]
    return (len(all_rows) if lines else len(read)), read


def parquet(name):
    rows = [
        dict(
            one,
            meta={"file": one["name"], "size": 1} if int(one["id"] or 1) % 3 else None,
            image={"bytes": PICTURE if one["base64"] else None, "path": one["name"]},
            raw=PICTURE if one["base64"] else None,
        )
        for one in ROWS + [dict(row(26), id=None)]
    ]
    schema = pa.schema(
        [(c, pa.string()) for c in ["id", "question", "answer", "name"]]
        + [
            ("names", pa.list_(pa.string())),
            ("base64", pa.string()),
            ("meta", pa.struct([("file", pa.string()), ("size", pa.int64())])),
            ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            ("raw", pa.binary()),
        ]
    )
    pq.write_table(
        pa.Table.from_pylist([fix(r) for r in rows], schema), FOLDER / name, row_group_size=5
    )
    read = pq.read_table(FOLDER / name)
    return read.num_rows, read.to_pylist()


def fix(one):
    number = int(one["id"] or 1)
    if one["meta"] and number == 1:
        one["meta"]["file"] = None
    return one


def number(value):
    """Returns the number of pictures in a cell."""
    if value is None or value == "" or (isinstance(value, float) and value != value):
        return 0
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict):
        # A struct of neither bytes nor path is a picture that is missing: datasets ends there.
        return int("bytes" in value or value["file"] is not None)
    return 1


def present(value):
    return value is not None and value == value and value != ""


FOLDER.mkdir(exist_ok=True)
counts = {}
for name, (rows, read) in {
    "comma.csv": separated("comma.csv", ","),
    "semicolon.csv": separated("semicolon.csv", ";"),
    "cp1252.csv": separated("cp1252.csv", ",", encoding="cp1252"),
    "tab.tsv": separated("tab.tsv", "\t"),
    "lines.jsonl": objects("lines.jsonl", True),
    "array.json": objects("array.json", False),
    "table.parquet": parquet("table.parquet"),
}.items():
    questions = [r for r in read if present(r.get("id")) and present(r.get("question"))]
    pictures = ["name", "names", "base64"]
    pictures += ["meta"] if name.endswith(("json", "jsonl", "parquet")) else []
    pictures += ["image", "raw"] if name.endswith("parquet") else []
    counts[name] = {
        "rows": rows,
        "questions": len(questions),
        "pictures": {
            column: {str(r["id"]): number(r.get(column)) for r in questions} for column in pictures
        },
    }
(FOLDER / "counts.json").write_text(json.dumps(counts) + "\n")
print({k: (v["rows"], v["questions"]) for k, v in counts.items()})
