"""Makes the test images and their pixel goldens for io.prumerge.image.

    python notebooks/goldens/make_image_goldens.py

Writes udfs/src/test/resources/goldens/images/: small files in every format and mode the decoder accepts
(seeded, the same on each run with the same versions), and goldens.json next to them:

- decoded:  per file the size and the SHA-256 of Pillow's `convert("RGB")`, row-major HxWx3 uint8
- prefix:   per file the shortest prefix that Pillow opens and converts without an error
- settings: named preprocessor_config.json objects
- pixels:   per setting and file the SHA-256 of transformers' slow CLIPImageProcessor output
            (float32 little-endian, CHW, channels-last stated), cropped and after LLaVA's pad to a square

Made with Pillow 13.0.0 (libjpeg-turbo 3.2.0, libwebp 1.6.0), transformers 4.57.1, numpy; stated again in the file.
"""

import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy
import PIL
import transformers
from PIL import Image, features
from transformers import CLIPImageProcessor

OUTPUT = pathlib.Path(__file__).parents[2] / "udfs/src/test/resources/goldens/images"
FORMATS = ["PNG", "JPEG", "GIF", "BMP", "WEBP"]


def picture(width, height, seed, channels=3):
    """Smooth waves, hard-edged blocks and a little noise: uint8 HxWxC."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    planes = []
    for _ in range(channels):
        fx, fy, phase = random.uniform(0.02, 0.4, 2).tolist() + [random.uniform(0, 6)]
        planes.append(127.5 + 110 * numpy.sin(fx * x + fy * y + phase))
    image = numpy.stack(planes, axis=-1)
    for _ in range(3):
        left, top = int(random.integers(0, width)), int(random.integers(0, height))
        image[top : top + max(1, height // 4), left : left + max(1, width // 4)] = random.uniform(0, 255, channels)
    image += random.normal(0, 6, image.shape)
    return numpy.clip(image, 0, 255).astype(numpy.uint8)


def rgb(width, height, seed):
    return Image.fromarray(picture(width, height, seed))


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, color_type, depth, interlaced=False, extra=(), filters=True):
    """A PNG from integer samples HxWxC: every depth, filter type and Adam7, which Pillow does not write."""
    height, width, channels = samples.shape
    bytes_per_pixel = max(1, depth * channels // 8)

    def scanlines(part):
        rows = []
        previous = None
        for index, row in enumerate(part):
            values = row.reshape(-1)
            if depth == 16:
                raw = values.astype(">u2").tobytes()
            elif depth == 8:
                raw = values.astype(numpy.uint8).tobytes()
            else:
                bits = "".join(format(int(v), f"0{depth}b") for v in values)
                bits += "0" * (-len(bits) % 8)
                raw = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
            kind = index % 5 if filters else 0
            up = previous or bytes(len(raw))
            out = bytearray()
            for i, value in enumerate(raw):
                a = raw[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
                b = up[i]
                c = up[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
                p = a + b - c
                paeth = min((a, b, c), key=lambda v: (abs(p - v), (a, b, c).index(v)))
                out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) & 255)
            rows.append(bytes([kind]) + bytes(out))
            previous = raw
        return b"".join(rows)

    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        data = b"".join(scanlines(part) for part in parts if part.size)
    else:
        data = scanlines(samples)
    compressed = zlib.compress(data, 9)
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    cut = len(compressed) // 2  # two IDAT chunks: the stream crosses a chunk border
    body = [chunk(b"IHDR", header), *(chunk(k, d) for k, d in extra)]
    body += [chunk(b"IDAT", compressed[:cut]), chunk(b"IDAT", compressed[cut:]), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def bmp(width, height, depth, data, palette=b"", compression=0, masks=b""):
    """A BMP with a 40-byte header; a negative height means top-down rows."""
    offset = 54 + len(masks) + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, compression, len(data), 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + info + masks + palette + data


def gif_in_larger_screen():
    """A frame of 9x7 at (3, 2) on a screen of 16x12."""
    data = bytearray(encoded(rgb(9, 7, 71).quantize(16), "GIF"))
    data[6:10] = struct.pack("<HH", 16, 12)
    at = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    data[at + 1 : at + 5] = struct.pack("<HH", 3, 2)
    return bytes(data)


def interlaced_gif():
    image = rgb(21, 19, 72).quantize(32)
    return encoded(image, "GIF", interlace=1)


def without_adobe_marker(data):
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    return data[:at] + data[at + 16 :]


def with_adobe_transform(data, transform):
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    return data[: at + 15] + bytes([transform]) + data[at + 16 :]


def images():
    photo = rgb(67, 45, 1)
    palette = rgb(40, 30, 2).quantize(64)
    rgba = Image.fromarray(picture(37, 29, 3, 4), "RGBA")
    gray = Image.fromarray(picture(51, 33, 4, 1)[..., 0])
    cmyk = Image.fromarray(picture(50, 35, 5, 4), "CMYK")
    adobe_cmyk = encoded(cmyk, "JPEG", quality=92)
    exif = Image.Exif()
    exif[0x0112] = 6
    sixteen = numpy.random.default_rng(6).integers(0, 65536, (19, 23, 4))
    dim = numpy.random.default_rng(7).integers(0, 600, (19, 23, 1))
    bits = (picture(27, 22, 8, 1) > 127).astype(numpy.uint8)
    index = numpy.random.default_rng(9).integers(0, 4, (13, 18, 1))
    colours = bytes(numpy.random.default_rng(10).integers(0, 256, 48).tolist())
    rows = numpy.random.default_rng(11).integers(0, 256, (11, 40)).astype(numpy.uint8)
    bgr0 = b"".join(bytes([*colours[3 * i : 3 * i + 3], 0]) for i in range(16))
    rle8 = bytes([5, 1, 3, 2, 0, 0, 0, 3, 4, 5, 6, 0, 5, 7, 0, 0, 0, 2, 3, 1, 2, 9, 0, 0, 8, 3, 0, 1])
    frames = [rgb(24, 18, 20 + i) for i in range(3)]
    yield "one.png", encoded(rgb(1, 1, 12), "PNG")
    yield "wide.png", encoded(rgb(1000, 20, 13), "PNG")
    yield "tall.png", encoded(rgb(20, 1000, 14), "PNG")
    yield "high-1.png", encoded(rgb(31, 1, 15), "PNG")
    yield "high-3.png", encoded(rgb(40, 3, 16), "PNG")
    yield "wide-1.png", encoded(rgb(1, 17, 17), "PNG")
    yield "wide-3.png", encoded(rgb(3, 29, 18), "PNG")
    yield "square-96.png", encoded(rgb(96, 96, 19), "PNG")
    yield "photo.png", encoded(photo, "PNG")
    yield "large.jpg", encoded(rgb(640, 427, 35), "JPEG", quality=60)
    yield "portrait.jpg", encoded(rgb(150, 400, 36), "JPEG", quality=60)
    yield "gray.jpg", encoded(gray, "JPEG", quality=88)
    yield "gray.png", encoded(gray, "PNG")
    yield "palette.png", encoded(palette, "PNG")
    yield "palette-alpha.png", encoded(palette, "PNG", transparency=bytes(range(64)))
    yield "palette-2bit.png", png(index, 3, 2, extra=[(b"PLTE", colours[:12]), (b"tRNS", b"\0\x80")])
    yield "palette-short.png", png(index, 3, 4, extra=[(b"PLTE", colours[:9])])
    yield "rgba.png", encoded(rgba, "PNG")
    yield "la.png", encoded(Image.merge("LA", rgba.split()[1:3]), "PNG")
    yield "rgb-key.png", encoded(photo, "PNG", transparency=(10, 20, 30))
    yield "gray-key.png", encoded(gray, "PNG", transparency=77)
    yield "gray-16.png", png(sixteen[..., :1], 0, 16)
    yield "gray-16-dim.png", png(dim, 0, 16)
    yield "la-16.png", png(sixteen[..., :2], 4, 16)
    yield "rgb-16.png", png(sixteen[..., :3], 2, 16)
    yield "rgba-16.png", png(sixteen, 6, 16)
    yield "bits-1.png", encoded(Image.fromarray(bits[..., 0].astype(bool)), "PNG")
    yield "gray-2bit.png", png(index, 0, 2)
    yield "gray-4bit.png", png(index * 5, 0, 4)
    yield "gamma.png", png(picture(14, 9, 21), 2, 8, extra=[(b"gAMA", struct.pack(">I", 100000)), (b"sRGB", b"\0")])
    yield "interlaced.png", png(picture(23, 17, 22), 2, 8, interlaced=True)
    yield "interlaced-16.png", png(sixteen[:10, :11, :3], 2, 16, interlaced=True)
    yield "interlaced-gray-1.png", png(bits[..., :1], 0, 1, interlaced=True)
    yield "interlaced-palette.png", png(index[:5, :3], 3, 2, interlaced=True, extra=[(b"PLTE", colours[:12])])
    yield "interlaced-one.png", png(picture(1, 1, 23, 4), 6, 8, interlaced=True)
    yield "jpeg-420.jpg", encoded(photo, "JPEG", quality=85, subsampling="4:2:0")
    yield "jpeg-422.jpg", encoded(photo, "JPEG", quality=85, subsampling="4:2:2")
    yield "jpeg-444.jpg", encoded(photo, "JPEG", quality=95, subsampling="4:4:4")
    yield "jpeg-rgb.jpg", encoded(photo, "JPEG", quality=90, keep_rgb=True)
    yield "jpeg-no-jfif.jpg", encoded(photo, "JPEG", quality=90)[:2] + encoded(photo, "JPEG", quality=90)[20:]
    yield "jpeg-restart.jpg", encoded(photo, "JPEG", quality=75, restart_marker_rows=1)
    yield "jpeg-one.jpg", encoded(rgb(1, 1, 24), "JPEG")
    yield "jpeg-progressive.jpg", encoded(photo, "JPEG", quality=80, progressive=True, subsampling="4:2:0")
    yield "jpeg-rotated.jpg", encoded(photo, "JPEG", quality=85, exif=exif)
    yield "jpeg-icc.jpg", encoded(photo, "JPEG", quality=85, icc_profile=bytes(range(200)))
    yield "cmyk.jpg", adobe_cmyk
    yield "cmyk-plain.jpg", without_adobe_marker(adobe_cmyk)
    yield "ycck.jpg", with_adobe_transform(adobe_cmyk, 2)
    yield "animated.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    yield "still.gif", encoded(palette, "GIF", transparency=3)
    yield "gray.gif", encoded(gray, "GIF")
    yield "offset.gif", gif_in_larger_screen()
    yield "interlaced.gif", interlaced_gif()
    yield "rgb.bmp", encoded(photo, "BMP")
    yield "palette.bmp", encoded(palette, "BMP")
    yield "gray.bmp", encoded(gray, "BMP")
    yield "bits.bmp", encoded(Image.fromarray(bits[..., 0].astype(bool)), "BMP")
    yield "rgba.bmp", encoded(rgba, "BMP")
    yield "palette-4bit.bmp", bmp(15, 11, 4, rows[:, :8].tobytes(), palette=bgr0)
    yield "top-down.bmp", bmp(13, -11, 24, rows.tobytes())
    yield "rgb-555.bmp", bmp(20, 11, 16, rows.tobytes())
    yield "rgb-565.bmp", bmp(20, 11, 16, rows.tobytes(), compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    yield "rgb-32.bmp", bmp(10, 11, 32, rows.tobytes())
    yield "rle8.bmp", bmp(8, 4, 8, rle8, palette=bgr0, compression=1)
    yield "lossy.webp", encoded(photo, "WEBP", quality=70)
    yield "lossless.webp", encoded(photo, "WEBP", lossless=True)
    yield "lossy-alpha.webp", encoded(rgba, "WEBP", quality=80)
    yield "lossless-alpha.webp", encoded(rgba, "WEBP", lossless=True, exact=True)
    yield "animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=50)
    yield "one.webp", encoded(rgb(1, 1, 25), "WEBP", quality=90)


SETTINGS = {
    "clip-96": {"size": {"shortest_edge": 96}, "crop_size": {"height": 96, "width": 96}},
    "clip-336": {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "resample": 3},
    "old-ints": {"size": 40, "crop_size": 32, "resample": 3, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.3]},
    "exact": {"size": {"height": 31, "width": 57}, "do_center_crop": False},
    "odd-crop": {"size": {"shortest_edge": 33}, "crop_size": {"height": 28, "width": 31}, "resample": 2},
    "larger-crop": {"size": {"shortest_edge": 20}, "crop_size": {"height": 33, "width": 30}},
    "lanczos": {"size": 24, "crop_size": 24, "resample": 1},
    "box": {"size": 24, "crop_size": 24, "resample": 4},
    "hamming": {"size": 24, "crop_size": 24, "resample": 5},
    "nearest": {"size": 24, "crop_size": 24, "resample": 0},
    "no-resize": {"do_resize": False, "crop_size": {"height": 22, "width": 25}},
    "no-normalize": {"size": 24, "crop_size": 24, "do_normalize": False, "rescale_factor": 0.0078431372},
    "no-rescale": {"size": 24, "crop_size": 24, "do_rescale": False},
}
EVERY_FILE = {"clip-96", "clip-336"}
SOME_FILES = [
    "one.png", "wide.png", "tall.png", "high-1.png", "high-3.png", "wide-3.png", "square-96.png", "photo.png",
    "large.jpg", "portrait.jpg", "gray.jpg", "animated.gif", "lossless.webp",
]  # fmt: skip


def pad_to_square(image, setting):
    """LLaVA's expand2square (llava/mm_utils.py), in PIL; fill = trunc(mean * 255), CLIP's being (122, 116, 104)."""
    side = max(image.size)
    mean = CLIPImageProcessor(**setting).image_mean
    square = Image.new("RGB", (side, side), tuple(int(x * 255) for x in mean))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def opened(data):
    return Image.open(io.BytesIO(data), formats=FORMATS).convert("RGB")


def accepted(data):
    try:
        opened(data)
        return True
    except Exception:  # Pillow raises OSError, SyntaxError, ValueError, struct.error, ... for foreign bytes
        return False


def shortest_prefix(data):
    length = len(data)
    while length > 0 and accepted(data[: length - 1]):
        length -= 1
    return length


def pixels(image, setting):
    values = CLIPImageProcessor(**setting)(image, input_data_format="channels_last", return_tensors="np")["pixel_values"][0]
    return sha256(numpy.ascontiguousarray(values, dtype="<f4").tobytes())


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    files = dict(images())
    for name, data in files.items():
        (OUTPUT / name).write_bytes(data)
    goldens = {
        "versions": {
            "Pillow": PIL.__version__,
            "libjpeg_turbo": features.version("libjpeg_turbo"),
            "libwebp": features.version("webp"),
            "transformers": transformers.__version__,
            "numpy": numpy.__version__,
        },
        "decoded": {},
        "prefix": {},
        "settings": SETTINGS,
        "pixels": {name: {} for name in SETTINGS},
    }
    for name, data in files.items():
        image = opened(data)
        goldens["decoded"][name] = {"width": image.width, "height": image.height, "sha256": sha256(image.tobytes())}
        goldens["prefix"][name] = shortest_prefix(data) if len(data) < 20_000 else len(data)
        for setting in SETTINGS:
            if setting in EVERY_FILE or name in SOME_FILES:
                square = pixels(pad_to_square(image, SETTINGS[setting]), SETTINGS[setting])
                goldens["pixels"][setting][name] = {"crop": pixels(image, SETTINGS[setting]), "pad": square}
    (OUTPUT / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    main()
