"""Counts the visual tokens of pictures of many sizes, as transformers' image processors do.

    python notebooks/goldens/make_token_goldens.py udfs/src/test/resources/goldens/tokens.jsonl.gz

Written with transformers 5.24.0, whose Gemma 4, MiniCPM-V 4.6 and Molmo2 no older release has.
A row: family, setting, width, height, tokens (embeddings that the decoder reads), and special
(tokens around them), where the processor says it; "error" where it refuses the picture.
"""

import gzip
import json
import math
import random
import sys
import types

import numpy as np
import transformers
from PIL import Image
from transformers.models.gemma3.image_processing_gemma3 import Gemma3ImageProcessor
from transformers.models.gemma4.image_processing_gemma4 import get_aspect_ratio_preserving_size
from transformers.models.got_ocr2.image_processing_got_ocr2 import GotOcr2ImageProcessor
from transformers.models.llava_next.processing_llava_next import LlavaNextProcessor
from transformers.models.llava_onevision.processing_llava_onevision import LlavaOnevisionProcessor
from transformers.models.minicpmv4_6.image_processing_minicpmv4_6 import MiniCPMV4_6ImageProcessor
from transformers.models.molmo2.image_processing_molmo2 import Molmo2ImageProcessor
from transformers.models.phi4_multimodal.image_processing_phi4_multimodal import (
    Phi4MultimodalImageProcessor,
)
from transformers.models.pixtral.image_processing_pixtral import get_resize_output_image_size
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor

import torch

NEXT = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
ONEVISION = [[384 * rows, 384 * columns] for rows in range(1, 7) for columns in range(1, 7)]


def sizes(seed, most_pixels):
    """Sides at and beside multiples of what processors round to, long ones, and random ones."""
    draw = random.Random(seed)
    found = [(1, 1), (9000, 30), (3, 700), (27, 29), (28, 28), (10, 900), (900, 10), (3000, 100), (100, 3000)]
    for side in (48, 112, 224, 256, 336, 378, 384, 448, 512, 1024, 1540):
        found += [(side, side), (side + 1, side - 1), (2 * side, side), (side, 3 * side)]
    found += [(640, 480), (1920, 1080), (1700, 2200), (3840, 2160), (3024, 4032), (7680, 4320)]
    while len(found) < 110:
        scale = math.exp(draw.uniform(math.log(20), math.log(3000)))
        aspect = math.exp(draw.uniform(-1.5, 1.5))
        found.append((max(1, int(scale * aspect)), max(1, int(scale / aspect))))
    return [size for size in found if size[0] * size[1] <= most_pixels]


def picture(width, height):
    pixels = (np.indices((height, width)).sum(0) % 256).astype("uint8")
    return Image.fromarray(pixels).convert("RGB")


def features(processor, owner, fields, height, width, side):
    """Calls a processor's own count on a stand-in that has what it reads."""
    stand_in = types.SimpleNamespace(**fields, vision_feature_select_strategy="full")
    stand_in._get_unpadded_features = types.MethodType(owner._get_unpadded_features, stand_in)
    return owner._get_number_of_features(stand_in, height, width, side, side)


def rows():
    many = 40_000_000
    few = 2_000_000  # where the processor has to see the pixels
    qwen = Qwen2VLImageProcessor()
    for family, patch, bounds in (
        ("qwen2-vl", 14, ((3136, 12845056), (200704, 1003520), (3136, 200704))),
        ("qwen3-vl", 16, ((65536, 16777216), (65536, 262144))),
    ):
        for least, most in bounds:
            setting = {"min_pixels": least, "max_pixels": most}
            given = {"size": {"shortest_edge": least, "longest_edge": most}} | setting
            given |= {"patch_size": patch, "merge_size": 2}
            for w, h in sizes(least + most, many):
                yield family, setting, w, h, lambda: (
                    qwen.get_number_of_image_patches(h, w, given) // 4, 2)

    tiles = GotOcr2ImageProcessor()
    for most in (1, 4, 12):
        given = {"crop_to_patches": True, "min_patches": 1, "max_patches": most}
        given |= {"size": {"height": 448, "width": 448}, "patch_size": {"height": 448, "width": 448}}
        for w, h in sizes(most, many):
            yield "internvl", {"max_patches": most}, w, h, lambda: (
                256 * tiles.get_number_of_image_patches(h, w, given), 2)

    for w, h in sizes(16, many):
        processor = types.SimpleNamespace(image_grid_pinpoints=NEXT)
        fields = {"image_processor": processor, "patch_size": 14, "num_additional_image_tokens": 0}
        yield "llava-next", {}, w, h, lambda: (
            features(processor, LlavaNextProcessor, fields, h, w, 336), 0)
    for w, h in sizes(9, many):
        processor = types.SimpleNamespace(image_grid_pinpoints=ONEVISION)
        fields = {"image_processor": processor, "num_image_tokens": 729,
                  "vision_aspect_ratio": "anyres_max_9"}
        yield "llava-onevision", {}, w, h, lambda: (
            features(processor, LlavaOnevisionProcessor, fields, h, w, 384), 0)

    gemma3 = Gemma3ImageProcessor()
    for w, h in sizes(3, 9_000_000):
        yield "gemma-3", {}, w, h, lambda: (256, 2)
        if min(w, h) > 4:  # smaller ones are taken for channels
            yield "gemma-3", {"do_pan_and_scan": True}, w, h, lambda: (lambda crops: (
                256 * (crops + 1), 2 * (crops + 1)))(int(np.asarray(gemma3(
                    images=picture(w, h), do_pan_and_scan=True, pan_and_scan_min_crop_size=256,
                    pan_and_scan_max_num_crops=4, pan_and_scan_min_ratio_to_activate=1.2,
                    return_tensors="np")["num_crops"]).ravel()[0]))
    for budget in (70, 140, 280, 560, 1120):
        for w, h in sizes(budget, many):
            yield "gemma-4", {"max_soft_tokens": budget}, w, h, lambda: (
                math.prod(get_aspect_ratio_preserving_size(h, w, 16, budget * 9, 3)) // 48**2, 2)

    for mode, per in (("16x", 16), ("4x", 4)):
        for most in (1, 4, 9):
            minicpm = MiniCPMV4_6ImageProcessor(downsample_mode=mode, max_slice_nums=most)
            for w, h in sizes(most, few):
                def counted():
                    seen = minicpm(images=picture(w, h), return_tensors="pt")
                    parts = [int(a * b) // per for a, b in seen["target_sizes"].tolist()]
                    return sum(parts), 2 + 2 * len(parts)  # a pair a part, and the picture's number
                yield "minicpm-v", {"downsample_mode": mode, "max_slice_nums": most}, w, h, counted

    for longest, patch, merge in ((1024, 16, 1), (1540, 14, 2), (512, 16, 1)):
        side = patch * merge
        for w, h in sizes(longest, many):
            def counted():
                empty = torch.empty((3, h, w), dtype=torch.uint8)
                high, wide = get_resize_output_image_size(
                    empty, size=(longest, longest), patch_size=(side, side))
                return high // side * (wide // side), high // side
            setting = {"longest_edge": longest, "patch_size": patch,
                       "spatial_merge_size": merge}
            yield "pixtral", setting, w, h, counted

    phi = Phi4MultimodalImageProcessor(
        size={"height": 448, "width": 448}, patch_size=14, dynamic_hd=36)
    for w, h in sizes(36, few):
        yield "phi-4", {"dynamic_hd": 36}, w, h, lambda: (int(np.asarray(
            phi(images=picture(w, h), return_tensors="pt")["num_img_tokens"]).ravel()[0]), 0)

    molmo = Molmo2ImageProcessor()
    for most in (1, 8, 24):
        for w, h in sizes(most, many):
            def counted():
                (low, narrow, high, wide), _ = molmo.get_image_grid_and_crops(
                    h, w, {"max_crops": most})
                return low * narrow + high * wide, 4 + low + high
            yield "molmo2", {"max_crops": most}, w, h, counted


def main(path):
    if transformers.__version__ != "5.24.0":
        sys.exit(f"these goldens are of transformers 5.24.0, not of {transformers.__version__}")
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        for family, setting, width, height, count in rows():
            row = {"family": family, "setting": setting, "width": width, "height": height}
            try:
                tokens, special = count()
                row |= {"tokens": int(tokens), "special": int(special)}
            except (ValueError, ZeroDivisionError) as error:
                row["error"] = str(error)[:100]
            file.write((json.dumps(row) + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1])
