"""Writes what authors' functions leave of random patches: ApET of batches of images, and OTPrune.

    python make_attention_free_goldens.py GOLDENS --apet CLONE --otprune CLONE

Writes GOLDENS/image-methods/authors.json, by Maqkccx/ApET (70cc01b) and xiwenc1/OTPrune (3414730), which are read from clones
and executed. fp32 on the CPU, seeded; values of `x` [patches, dim] are rounded to three decimals. README.md describes the keys.

Substitutions: ApET's tower gives `x` behind a class token, its connector is the identity, and its features stay fp32 where it
calls half().
"""

import argparse
from pathlib import Path
from types import MethodType, SimpleNamespace

import torch
import torch.nn.functional as F

from clones import functions, locals_of, revision, source
from tiny_llava import write_golden

ARCH = "llava/model/llava_arch.py"


def patches(images: int, count: int, dim: int, seed: int) -> torch.Tensor:
    """Images of patches around a third as many centres, with channels of different sizes."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn((images, count // 3 + 1, dim), generator=generator)
    x = centres[:, [patch // 3 for patch in range(count)]] + 0.5 * torch.randn((images, count, dim), generator=generator)
    return torch.round(x * torch.linspace(0.5, 4, dim) * 1000) / 1000


def values(x: torch.Tensor, decimals: int) -> list[float]:
    return [round(float(value), decimals) for value in x.flatten()]


def apet(clone: Path) -> list[dict]:
    names = functions(source(clone, "llava/model/utils.py"), ["fps"], {"torch": torch})
    names = functions(
        source(clone, ARCH), ["LlavaMetaForCausalLM.encode_images", "LlavaMetaForCausalLM.token_merging"], names | {"F": F}
    )
    cases = []
    for images, count, dim, tokens, basis, seed in [
        (3, 25, 7, 6, 2, 1), (2, 36, 16, 13, 5, 2), (1, 144, 24, 32, 10, 3), (2, 16, 4, 13, 3, 4),
    ]:  # fmt: skip
        x = patches(images, count, dim, seed)
        seen = torch.cat([torch.zeros(images, 1, dim), x], 1)
        model = SimpleNamespace(get_vision_tower=lambda: lambda _: (seen.clone(), None), mm_projector=lambda y: y)
        own = SimpleNamespace(
            get_model=lambda: model, get_visual_token_num=lambda: tokens, model=SimpleNamespace(basis_token_num=basis)
        )
        own.token_merging = MethodType(names["token_merging"], own)
        torch.manual_seed(seed)
        (y, mask), local = locals_of(names["encode_images"], own, None)
        for image in range(images):
            errors = torch.sort(local["errors"][image], descending=True).values
            for border in (tokens - basis, tokens):
                assert errors[border - 1] - errors[border] > 1e-4  # decided by no rounding
            first = int(local["fps_indices"][image, 0, 0])
            kept = torch.nonzero(mask[image]).flatten()
            left = {"kept": kept.tolist(), "y": values(y[image][kept], 5)}
            given = {"N": count, "D": dim, "tokens": tokens, "basis": basis, "start": first}
            cases.append(given | {"x": values(x[image], 3)} | left)
    return cases


def otprune(clone: Path) -> list[dict]:
    names = functions(
        source(clone, "LLaVA/" + ARCH), ["greedy_select", "LlavaMetaForCausalLM.OTPrune"], {"torch": torch}
    )
    cases = []
    for count, dim, ratio, seed in [(25, 7, 0.3, 11), (36, 40, 0.125, 12), (144, 24, 0.2222, 13), (17, 3, 0.9, 14)]:
        x = patches(1, count, dim, seed)[0]
        kept, _ = names["OTPrune"](None, x.clone(), count, None, threshold_ratio=ratio)
        cases.append({"N": count, "D": dim, "ratio": ratio, "x": values(x, 3), "kept": sorted(kept.tolist())})
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--apet", type=Path, required=True)
    parser.add_argument("--otprune", type=Path, required=True)
    given = parser.parse_args()
    torch.Tensor.half = torch.Tensor.float
    folder = given.goldens / "image-methods"
    folder.mkdir(exist_ok=True)
    write_golden(
        folder / "authors.json",
        {
            "revisions": {"apet": revision(given.apet), "otprune": revision(given.otprune)},
            "apet": {"cases": apet(given.apet)},
            "otprune": {"cases": otprune(given.otprune)},
        },
    )


if __name__ == "__main__":
    main()
