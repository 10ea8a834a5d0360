"""Random single files as people write them, and what those who wrote them read there.

    python make_single_file_goldens.py ../../jobs/src/test/resources/tables/single.json [NUMBER [FIRST]]

Made for this purpose, nobody's data: pandas, datasets, and Python's csv and json write files of few
rows, with all options that people use. The JSON file has a list of `name`, `file` (base64),
`encoding` and `cells`, by column those of all rows: null if absent, a text (a number or a boolean
is Python's `str`, a time of ISO 8601), a list of texts, or {"pictures": SHA-256 of each}; a field
of structs is column.field. Another NUMBER of files from the seed FIRST on is for trying more.
"""

import base64
import csv
import datetime
import decimal
import gzip
import bz2
import hashlib
import io
import json
import math
import pathlib
import random
import struct
import sys
import tempfile
import zlib

import datasets
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

PIECES = (
    ["a", "word", " ", '"', "\\", '\\"', '""', ",", ";", "\t", "|", "'", "\\n", "#", "é", "NA", "null"]
    + ["None", "nan", "007", "1.0", "true", "1e5", "-", "\u00a0", "{a: 1}", "<b>", "$x", "%20", "[x]"]
    + ["=", "/", "`", "&amp;", "(", "||", '5" disk', "sep=;", "\n", "\r\n", "0"]
)
WIDE = ["漢字", "🙂", "\u200b", "\u2028", "ß", "\ufeff"]
NAMES = ["plain", "of words", "größe", "it's", "a/b", "back\\slash", "#", "%41", "a=b", "UPPER"]
NAMES += ["_hidden", "[list]", "null", "1st", "co:lon", "-dash", "$1", "(p)", "NaN", "true"]


def png(width):
    """Returns a grey picture of 3 rows."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + bytes(width) for _ in range(3))
    header = struct.pack(">IIBBBBB", width, 3, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def iso(time):
    """Returns a time's text: of a moment with 0, 3, 6 or 9 digits, else with as many as it needs."""
    moment = time.tzinfo is not None
    time = time.tz_convert("UTC") if moment else time
    nanos = f"{time.microsecond * 1000 + time.nanosecond:09d}"
    digits = nanos.rstrip("0")
    if moment:
        digits = nanos[: 3 * math.ceil(len(digits) / 3)]
    return time.strftime("%Y-%m-%dT%H:%M:%S") + ("." + digits if digits else "") + "Z" * moment


def cell(value):
    """Returns a value as the product has to read it."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [cell(one) or "" for one in value] or None
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (float, np.floating)):
        # numpy 2.4 writes 2e+06 for a float32, and earlier ones, as Python for a float, 2000000.0.
        return None if math.isnan(value) else repr(float(str(value)))
    if isinstance(value, pd.Timestamp):
        return iso(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    return str(value) or None


def cells(column):
    """Returns the cells of a column of pandas, with numbers of their own width."""
    return [cell(column.iloc[i]) for i in range(len(column))]


class File:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.wide = self.random.random() < 0.7
        self.rows = self.random.randint(1, 6)
        self.name, self.data, self.encoding, self.cells = "", b"", "utf-8", {}

    def text(self):
        pieces = PIECES + (WIDE if self.wide else [])
        return "".join(self.pick(pieces) for _ in range(self.random.randint(1, 5)))

    def columns(self):
        names = self.random.sample(NAMES, self.random.randint(2, 4))
        return [name for name in names if self.wide or name.isascii()]

    def some(self, make):
        """Returns a column of which some cells are missing."""
        return [None if self.random.random() < 0.2 else make() for _ in range(self.rows)]

    def number(self):
        return self.pick([self.random.randint(-9, 999), self.random.randint(0, 9999) / 10])

    def texts(self):
        return {name: self.some(self.text) for name in self.columns()}

    def packed(self):
        packing = self.pick(["", "", "", ".gz", ".bz2"])
        self.name += packing
        if packing == ".gz":
            self.data = gzip.compress(self.data, mtime=0)
        if packing == ".bz2":
            self.data = bz2.compress(self.data)
        return self

    def separated(self, frame, options):
        """Notes what pandas reads in its own CSV."""
        read = pd.read_csv(
            io.BytesIO(self.data), dtype=str, keep_default_na=False, encoding=self.encoding, **options
        )
        assert list(read.columns) == list(frame.columns) and len(read) == len(frame)
        self.cells = {name: cells(read[name]) for name in read}

    def pandas_csv(self):
        frame = pd.DataFrame(self.texts())
        frame["n"] = [self.number() for _ in range(self.rows)]
        frame["at"] = pd.to_datetime(self.some(lambda: "2026-03-01 09:30:00"))
        separator = self.pick(",,;\t|")
        self.name = self.pick(["t.tsv", "t.csv"] if separator == "\t" else ["t.csv"])
        # Without a byte-order mark pandas writes each of these, and reads it if told so.
        self.encoding = self.pick(["utf-8", "utf-8", "utf-8-sig"] + ["cp1252"] * (not self.wide))
        self.data = frame.to_csv(
            sep=separator,
            index=False,
            quoting=self.pick([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
            lineterminator=self.pick(["\n", "\r\n"]),
            float_format=self.pick([None, "%.3f"]),
            date_format=self.pick([None, "%d.%m.%Y"]),
        ).encode(self.encoding)
        self.separated(frame, {"sep": separator})
        return self.packed()

    def csv_module(self):
        columns = self.texts()
        out = io.StringIO(newline="")
        dialect = self.pick(["excel", "excel-tab", "unix"])
        writer = csv.writer(out, dialect=dialect)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))
        self.name = "t.tsv" if dialect == "excel-tab" else "t.csv"
        self.encoding = self.pick(["utf-8", "utf-8-sig"])
        self.data = out.getvalue().encode(self.encoding)
        rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline=""), dialect=dialect))
        self.cells = {name: [cell(row[name]) for row in rows] for name in columns}
        return self.packed()

    def value(self):
        return self.pick(
            [
                self.text(),
                self.number(),
                self.random.random() * 10.0 ** self.random.randint(-30, 30),
                self.random.randint(-(2**70), 2**70),
                2**53 + 1,
                True,
                "",
                [self.text() for _ in range(self.random.randint(0, 3))],
                [self.number(), None, 1.0],
                float(self.pick(["nan", "inf", "-inf"])),
            ]
        )

    def objects(self):
        columns = {name: self.some(self.value) for name in self.columns()}
        columns["m"] = self.some(lambda: {"a": self.value(), "b c": {"d": self.value()}})
        rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
        for row in rows[1:]:
            if self.random.random() < 0.3:
                row.pop(self.pick(list(row)))
        return rows

    def read_objects(self, rows):
        """Notes what Python's json reads."""
        names = sorted({name for row in rows for name in row} - {"m"})
        self.cells = {name: [cell(row.get(name)) for row in rows] for name in names}
        if any(row.get("m") for row in rows):
            inner = [row.get("m") or {} for row in rows]
            self.cells["m.a"] = [cell(one.get("a")) for one in inner]
            self.cells["m.b c.d"] = [cell((one.get("b c") or {}).get("d")) for one in inner]

    def json_module(self):
        rows = self.objects()
        ascii_only = self.pick([True, False])
        form = self.pick(["lines", "array", "data", "keys", "test"])
        if form == "lines":
            text = "".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows)
            self.name = self.pick(["t.jsonl", "t.json"])
            self.read_objects([json.loads(line) for line in text.split("\n") if line])
        else:
            whole = {
                "array": rows,
                "data": {"version": 1, "data": rows},
                "test": {"train": rows[:1], "test": rows},
                "keys": {f"k{i}": row for i, row in enumerate(rows)},
            }[form]
            indent = self.pick([None, 2])
            text = json.dumps(whole, ensure_ascii=ascii_only, indent=indent)
            self.name = "t.json"
            read = json.loads(text)
            self.read_objects(
                read if form == "array" else list(read.values()) if form == "keys" else read[form]
            )
        # A file with one object a line and one line is an object with fields, but in .jsonl.
        if self.name == "t.json" and form == "lines" and len(rows) == 1:
            self.name = "t.jsonl"
        self.encoding = self.pick(["utf-8", "utf-8-sig"])
        self.data = text.encode(self.encoding)
        return self.packed()

    def pandas_json(self):
        frame = pd.DataFrame(self.texts())
        frame["n"] = self.some(self.number)
        frame["at"] = pd.to_datetime(self.some(lambda: "2026-03-01 09:30:00"))
        frame["list"] = self.some(lambda: [self.text(), self.text()])
        form = self.pick(["lines", "records", "table"])
        text = frame.to_json(
            orient="table" if form == "table" else "records",
            lines=form == "lines",
            force_ascii=self.pick([True, False]),
            date_format=self.pick(["iso", "epoch"]) if form != "table" else "iso",
            index=False,
        )
        self.name = "t.jsonl" if form == "lines" else "t.json"
        self.data = text.encode()
        if form == "lines":
            self.read_objects([json.loads(line) for line in text.split("\n") if line])
        else:
            read = json.loads(text)
            self.read_objects(read["data"] if form == "table" else read)
        return self.packed()

    def typed(self):
        """Returns columns of all types."""
        whole = lambda bits: self.random.randint(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        zone = self.pick(["UTC", "Europe/Berlin"])
        seconds = lambda: self.random.randint(-(2**31), 2**31)
        moment = lambda: pd.Timestamp(seconds() * 10**9 + self.pick([0, 5 * 10**8, 1000]))
        make = {
            "i8": lambda: pd.array(self.some(lambda: whole(8)), dtype="Int8"),
            "u16": lambda: pd.array(self.some(lambda: self.random.randint(0, 65535)), dtype="UInt16"),
            "i64": lambda: pd.array(self.some(lambda: whole(64)), dtype="Int64"),
            "u64": lambda: pd.array(self.some(lambda: self.random.randint(0, 2**64 - 1)), dtype="UInt64"),
            "f32": lambda: np.array([self.number() for _ in range(self.rows)], dtype="float32"),
            "odd32": lambda: np.frombuffer(self.random.randbytes(4 * self.rows), dtype="float32"),
            "f64": lambda: np.array([self.number() for _ in range(self.rows)], dtype="float64"),
            "bool": lambda: pd.array(self.some(lambda: self.pick([True, False])), dtype="boolean"),
            "str": lambda: pd.array(self.some(self.text), dtype="string"),
            "kind": lambda: pd.Categorical(self.some(lambda: self.pick(["a", "é b"]))),
            "at": lambda: pd.DatetimeIndex(self.some(moment)).tz_localize("UTC").tz_convert(self.pick([None, zone])),
            "day": lambda: self.some(lambda: datetime.date(1999, 12, self.random.randint(1, 31))),
            "time": lambda: self.some(lambda: datetime.time(9, 30, self.random.randint(0, 59))),
            "dec": lambda: self.some(lambda: decimal.Decimal(self.random.randint(-999, 999)).scaleb(-2)),
            "list": lambda: self.some(lambda: [self.text() for _ in range(self.random.randint(0, 3))]),
            "f32s": lambda: self.some(lambda: np.array([self.number(), 0.1], dtype="float32")),
        }
        return {name: make[name]() for name in self.random.sample(sorted(make), 5)}

    def pandas_parquet(self):
        frame = pd.DataFrame(self.typed())
        frame["p"] = self.some(lambda: png(self.random.randint(3, 50)))
        out = io.BytesIO()
        frame.to_parquet(
            out,
            index=self.pick([None, False, True]),
            compression=self.pick(["snappy", "gzip", "zstd", None]),
            coerce_timestamps=self.pick([None, "us"]),
            row_group_size=self.pick([2, 100]),
        )
        self.name, self.data = "t.parquet", out.getvalue()
        read = pd.read_parquet(out, dtype_backend="numpy_nullable")
        self.cells = {name: cells(read[name]) for name in read if name != "p"}
        self.cells["p"] = [{"pictures": [sha(one)] if one else []} for one in read["p"]]
        return self

    def dataset(self, images=False):
        columns = {name: self.some(self.text) for name in self.columns()}
        features = {name: datasets.Value("string") for name in columns}
        columns["f"] = [self.number() for _ in range(self.rows)]
        features["f"] = datasets.Value(self.pick(["float32", "float64"]))
        for kind, make in {
            "int8": lambda: self.random.randint(-128, 127),
            "uint32": lambda: self.random.randint(0, 2**32 - 1),
            "bool": lambda: self.pick([True, False]),
            "large_string": self.text,
            "binary": lambda: self.text().encode(),
            "date32": lambda: datetime.date(1999, 12, self.random.randint(1, 31)),
            "timestamp[us]": lambda: datetime.datetime(1999, 12, 31, 9, self.random.randint(1, 59)),
            "timestamp[ms, tz=UTC]": lambda: datetime.datetime(1999, 12, 31, 9, 30, tzinfo=datetime.UTC),
            "time32[s]": lambda: datetime.time(9, 30, self.random.randint(0, 59)),
            "decimal128(9, 3)": lambda: decimal.Decimal(self.random.randint(-999, 999)).scaleb(-3),
        }.items():
            if images and self.random.random() < 0.3:
                columns[kind], features[kind] = self.some(make), datasets.Value(kind)
        columns["label"] = [self.pick([0, 1]) for _ in range(self.rows)]
        features["label"] = datasets.ClassLabel(names=["no", "yes"])
        if images:
            columns["list"] = self.some(lambda: [self.text() for _ in range(3)])
            features["list"] = datasets.Sequence(datasets.Value("string"))
            columns["p"] = self.some(lambda: {"bytes": png(self.random.randint(3, 50)), "path": None})
            features["p"] = datasets.Image(decode=False)
            columns["ps"] = self.some(
                lambda: [{"bytes": png(self.random.randint(3, 50)), "path": "x.png"} for _ in range(2)]
            )
            features["ps"] = datasets.Sequence(datasets.Image(decode=False))
        return datasets.Dataset.from_dict(columns, features=datasets.Features(features))

    def dataset_csv(self):
        data = self.dataset()
        out = io.BytesIO()
        data.to_csv(out, index=False)
        self.name, self.data = "t.csv", out.getvalue()
        self.separated(data.to_pandas(), {})
        return self.packed()

    def dataset_json(self):
        out = io.BytesIO()
        self.dataset().to_json(out, force_ascii=self.pick([True, False]))
        self.name, self.data = "t.jsonl", out.getvalue()
        self.read_objects([json.loads(line) for line in self.data.decode().split("\n") if line])
        return self.packed()

    def dataset_parquet(self):
        data = self.dataset(images=True)
        out = io.BytesIO()
        data.to_parquet(out, batch_size=self.pick([2, 100]))
        self.name, self.data = "t.parquet", out.getvalue()
        read = pd.read_parquet(out, dtype_backend="numpy_nullable")
        for name in read:
            if name in ("p", "ps"):
                pictures = [[] if one is None else [one] if name == "p" else one for one in read[name]]
                self.cells[name] = [{"pictures": [sha(x["bytes"]) for x in one]} for one in pictures]
            else:
                self.cells[name] = cells(read[name])
        return self


WRITERS = [File.pandas_csv, File.csv_module, File.json_module, File.pandas_json]
WRITERS += [File.pandas_parquet, File.dataset_csv, File.dataset_json, File.dataset_parquet]


def main(target, number=64, first=1):
    files = []
    for seed in range(int(first), int(first) + int(number)):
        writer = WRITERS[seed % len(WRITERS)]
        made = writer(File(seed))
        files.append(
            {
                "seed": f"{seed} {writer.__name__}",
                "name": made.name,
                "encoding": {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(made.encoding, made.encoding),
                "file": base64.b64encode(made.data).decode(),
                "cells": made.cells,
            }
        )
    text = ",\n".join(json.dumps(one) for one in files)
    pathlib.Path(target).write_text("[\n" + text + "\n]\n")
    print(pd.__version__, datasets.__version__, len(files), len(text))


if __name__ == "__main__":
    main(*sys.argv[1:])
