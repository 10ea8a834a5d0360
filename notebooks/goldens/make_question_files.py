"""Writes a user's questions in four forms, as pandas and pyarrow write them.

Run by  python make_question_files.py FOLDER  with pandas 2.3.3, pyarrow 26.0.1 and Pillow 13.0.0.
"""

import base64
import io
import json
import sys
from pathlib import Path

import pandas
import pyarrow
import pyarrow.parquet
from PIL import Image, ImageDraw

COLOURS = ["red", "blue", "green", "yellow"]


def picture(number: int) -> bytes:
    image = Image.new("RGB", (40 + number, 32))
    ImageDraw.Draw(image).rectangle([4, 4, 20 + number, 24], fill=COLOURS[number % 4])
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


def files(folder: Path, numbers: range) -> None:
    folder.mkdir(parents=True)
    for number in numbers:
        (folder / f"{number}.png").write_bytes(picture(number))


def main(folder: Path) -> None:
    folder.mkdir()
    files(folder / "photos", range(12))
    pandas.DataFrame(
        {
            "id": [f"t{i}" for i in range(12)],
            "photo": [f"{i}.png" for i in range(12)],
            "question": [f'Which colour, "please", has no. {i}?' for i in range(12)],
            "answer": [COLOURS[i % 4] for i in range(12)],
            "category": ["lamp" if i % 3 else "sofa" for i in range(12)],
        }
    ).to_csv(folder / "shop.csv", index=False)
    pandas.DataFrame(
        {
            "index": range(12),
            "image": [base64.b64encode(picture(i)).decode() if i % 4 == 0 else str(i - i % 4) for i in range(12)],
            "question": [f"What is the colour?\nLook at no. {i}." for i in range(12)],
            "hint": ["There is one box." if i % 2 else None for i in range(12)],
            "A": ["red"] * 12,
            "B": ["blue"] * 12,
            "C": ["green" if i % 2 else None for i in range(12)],
            "answer": ["AB"[i % 2] for i in range(12)],
            "category": ["colour" if i % 2 else "box" for i in range(12)],
            "l2-category": ["one"] * 12,
            "split": ["dev"] * 12,
        }
    ).to_csv(folder / "choices.tsv", sep="\t", index=False)
    (folder / "people").mkdir()
    pyarrow.parquet.write_table(
        pyarrow.table(
            {
                "question_id": pyarrow.array(range(100, 112), pyarrow.int64()),
                "image": pyarrow.array(
                    [{"bytes": picture(i), "path": f"{i}.png"} for i in range(12)],
                    pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())]),
                ),
                "question": [f"What colour is box {i}?" for i in range(12)],
                "answers": pyarrow.array(
                    [[COLOURS[i % 4]] * 8 + ["grey", ""] for i in range(12)], pyarrow.list_(pyarrow.string())
                ),
            }
        ),
        folder / "people" / "test-00000-of-00001.parquet",
    )
    files(folder / "pairs", range(13))
    with open(folder / "pairs.jsonl", "w") as lines:
        for i in range(12):
            row = {
                "question_id": i,
                "images": [f"{i}.png", f"{i + 1}.png"] if i % 3 else [f"{i}.png"],
                "question": "Are both the same? Answer yes or no.",
                "answer": "no" if i % 3 else "yes",
            }
            print(json.dumps(row), file=lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
