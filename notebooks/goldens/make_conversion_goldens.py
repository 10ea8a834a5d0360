"""Converts numbers between the float types of weights with torch's `Tensor.to`.

    python make_conversion_goldens.py GOLDENS

All 65,536 fp16 and bf16 numbers, and the fp32 numbers around every tie and border. torch has vector and scalar code for it; both
are run and must agree, but for the payload of NaN.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

HALVES = (torch.float16, torch.bfloat16)
NAMES = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}
# Upper ends of the mantissa, and what lies below, at and above the ties of fp16 (bit 12) and bf16 (bit 15).
UPPER = (0x000000, 0x010000, 0x012000, 0x400000, 0x7E0000, 0x7F0000, 0x7FE000)
LOWER = (0x0000, 0x0001, 0x0FFF, 0x1000, 0x1001, 0x1FFF, 0x7FFF, 0x8000, 0x8001, 0xFFFF)


def singles() -> torch.Tensor:
    mantissas = sorted({(u + l) & 0x7FFFFF for u in UPPER for l in LOWER})
    bits = [s << 31 | e << 23 | m for s in (0, 1) for e in range(256) for m in mantissas]
    return torch.tensor([b - (1 << 32) if b >> 31 else b for b in bits], dtype=torch.int32).view(torch.float32)


def convert(source: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    whole = source.to(dtype)
    # Too few elements for a vector.
    single = torch.cat([piece.to(dtype) for piece in source.split(1)])
    assert torch.equal(whole.isnan(), source.isnan()) and torch.equal(single.isnan(), source.isnan())
    integer = torch.int32 if dtype == torch.float32 else torch.int16
    finite = ~source.isnan()
    assert torch.equal(whole[finite].view(integer), single[finite].view(integer)), (source.dtype, dtype)
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goldens", type=Path)
    folder = parser.parse_args().goldens / "conversion"
    folder.mkdir(exist_ok=True)
    tensors = {"F32": singles()}
    for source in HALVES:
        every = torch.arange(1 << 16, dtype=torch.int32).to(torch.int16).view(source)
        for target in (*HALVES, torch.float32):
            if target != source and (source, target) != (torch.bfloat16, torch.float32):  # which only appends zeros
                tensors[f"{NAMES[source]}/{NAMES[target]}"] = convert(every, target)
        tensors[f"F32/{NAMES[source]}"] = convert(tensors["F32"], source)
    save_file(tensors, folder / "floats.safetensors", metadata={"torch": torch.__version__})


if __name__ == "__main__":
    main()
