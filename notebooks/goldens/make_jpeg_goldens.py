"""Makes JPEG files in which decoders differ, and the pixels that Pillow makes of them.

    python notebooks/goldens/make_jpeg_goldens.py

Writes udfs/src/test/resources/goldens/jpegs/: files, and goldens.json next to them with the SHA-256 of Pillow's
`convert("RGB")`, row-major HxWx3 uint8, or null where Pillow refuses the file. Writes too, below udfs/src/main/resources,
the files by which the decoder of a JDK is tried, each with Pillow's pixels as PNG. Of each file libjpeg 6b makes other
pixels than Pillow, of `gaps.jpeg` libjpeg-turbo 2.1.5 too.

Made with Pillow 13.0.0 (libjpeg-turbo 3.2.0, on an x86 with AVX2) and cjpeg and jpegtran of Debian's
libjpeg-turbo-progs 2.1.5.
"""

import hashlib
import io
import json
import pathlib
import subprocess

from make_image_goldens import encoded, rgb
from PIL import Image

ROOT = pathlib.Path(__file__).parents[2] / "udfs/src"
OUTPUT = ROOT / "test/resources/goldens/jpegs"
TRIED = ROOT / "main/resources/io/prumerge/image/codec"
END = b"\xff\xd9"
DAMAGED_AT = 1076  # the first byte at which to cut so that values overflow


def tool(*command, file):
    return subprocess.run(command, input=file, capture_output=True, check=True).stdout


def sampled(image, sampling, *options):
    return tool("cjpeg", "-quality", "80", "-sample", sampling, *options, file=encoded(image, "PPM"))


def scans(jpeg):
    """Positions of the scans' markers and of the end marker."""
    found, at = [], 2
    while jpeg[at : at + 2] != END:
        data = jpeg[at] != 0xFF or jpeg[at + 1] in (0, 0xFF) or 0xD0 <= jpeg[at + 1] <= 0xD7
        if jpeg[at : at + 2] == b"\xff\xda":
            found.append(at)
        at += 1 if data else 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return [*found, at]


def files():
    for width, height in ((1, 1), (1, 17), (17, 1), (33, 2), (31, 33), (64, 96)):
        yield f"halved-{width}x{height}.jpg", sampled(rgb(width, height, 51), "1x2")
    photo = rgb(31, 45, 52)
    yield "halved-progressive.jpg", sampled(photo, "1x2", "-progressive")
    yield "halved-restart.jpg", sampled(photo, "1x2", "-restart", "1")
    yield "halved-rgb.jpg", sampled(photo, "1x2,1x1,1x2", "-rgb")
    yield "halved-second.jpg", sampled(photo, "2x2,2x1,1x1")
    yield "halved-first.jpg", sampled(photo, "1x1,1x2,1x2")
    yield "halved-one.jpg", sampled(photo, "2x2,1x2,2x1")
    yield "quarter.jpg", sampled(photo, "1x4")
    yield "quarter-wide.jpg", sampled(photo, "4x1")
    yield "quarter-both.jpg", sampled(photo, "4x2,1x1,1x1")
    cmyk = encoded(photo.convert("CMYK"), "JPEG", subsampling="4:2:2")
    turned = tool("jpegtran", "-transpose", "-copy", "all", file=cmyk)
    yield "halved-cmyk.jpg", turned
    adobe = turned.index(b"Adobe") + 11
    yield "halved-ycck.jpg", turned[:adobe] + b"\x02" + turned[adobe + 1 :]
    for sampling in ("4:4:4", "4:2:0", "4:2:2"):
        jpeg = encoded(photo, "JPEG", quality=80, progressive=True, subsampling=sampling)
        at = scans(jpeg)
        for count in range(1, len(at) - 1):
            yield f"gaps-{sampling.replace(':', '')}-{count}.jpg", jpeg[: at[count]] + END
    gray = encoded(photo.convert("L"), "JPEG", progressive=True)
    yield "gaps-gray.jpg", gray[: scans(gray)[2]] + END
    yield "gaps-last-scan.jpg", jpeg[: at[-1] - 20] + END
    baseline = encoded(photo, "JPEG", quality=80, subsampling="4:2:0")
    start = scans(baseline)[0] + 14
    middle = (start + len(baseline)) // 2
    yield "damaged-cut.jpg", baseline[:middle] + END
    yield "damaged-extra.jpg", baseline[:-2] + b"\0" * 7 + END
    yield "damaged-marker.jpg", baseline[:middle] + b"\xff\x95" + baseline[middle:]
    yield "damaged-restart.jpg", baseline[:middle] + b"\xff\xd3" + baseline[middle:]


def pillows(file):
    try:
        return Image.open(io.BytesIO(file)).convert("RGB")
    except OSError:
        return None


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    goldens = {}
    for name, file in files():
        (OUTPUT / name).write_bytes(file)
        image = pillows(file)
        goldens[name] = image and hashlib.sha256(image.tobytes()).hexdigest()
    (OUTPUT / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")

    photo = rgb(21, 43, 53)
    progressive = encoded(photo, "JPEG", quality=80, progressive=True, subsampling="4:2:0")
    baseline = encoded(photo, "JPEG", quality=95, subsampling="4:4:4")
    TRIED.mkdir(parents=True, exist_ok=True)
    for name, file in {
        "halved": sampled(photo, "1x2"),
        "gaps": progressive[: scans(progressive)[1]] + END,
        "damaged": baseline[:DAMAGED_AT] + END,
    }.items():
        (TRIED / f"{name}.jpeg").write_bytes(file)
        pillows(file).save(TRIED / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
