"""What the scripts share: pictures, the small towers and decoders, noise on what they give, and how results are written.

Everything in fp32 on the CPU.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
import PIL
import tokenizers
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor, LlavaForConditionalGeneration

from make_checkpoints import MEAN, STD
from tiny_llava import load_reference, write_golden

TOWERS = ("mha", "gqa", "bf16")
INPUTS = ["wide.png@pad", "rgba.png@crop", "lossless.webp@crop"]
MINI_IMAGES = ["photo.png", "wide.png", "large.jpg", "jpeg-420.jpg"]
NEW_TOKENS = 12
SHAKES = 6
RANDOM_NOISE, TOWER_NOISE = 2e-7, 3e-6  # after a tower the evidence itself is rounded differently


# --- results -----------------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    modules = (transformers, torch, tokenizers, np, PIL)
    return {module.__name__: module.__version__ for module in modules}


def write(goldens: Path, name: str, facts: dict, tensors: dict[str, torch.Tensor] | None = None) -> None:
    """`name` is "folder/file"; the JSON begins with the command and the versions."""
    target = goldens / name
    target.parent.mkdir(exist_ok=True)
    write_golden(target.with_suffix(".json"), {"command": facts["command"], "versions": versions()} | facts)
    if tensors is not None:
        save_file(tensors, target.with_suffix(".safetensors"))


# --- pictures ----------------------------------------------------------------------------------------


def processor_of(folder: Path) -> CLIPImageProcessor:
    file = folder / "preprocessor_config.json"
    if file.is_file():
        steps = json.loads(file.read_text(encoding="utf-8"))
    else:
        steps = json.loads((folder / "processor_config.json").read_text(encoding="utf-8"))["image_processor"]
    return CLIPImageProcessor.from_dict(steps)


def padded(image: Image.Image) -> Image.Image:
    """LLaVA's pad to a square: centred, filled with trunc(mean * 255)."""
    side = max(image.size)
    square = Image.new("RGB", (side, side), (122, 116, 104))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def pixels_of(processor: CLIPImageProcessor, file: Path, aspect: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(normalised [1, 3, S, S] float32 of the slow processor, the same pixels [3, S, S] uint8 before rescaling)."""
    with Image.open(file) as opened:  # opened by us, as evaluation scripts do: EXIF orientation is not applied
        image = opened.convert("RGB")
    if aspect == "pad":
        image = padded(image)
    channels_last = np.asarray(image)
    normal = processor(channels_last, input_data_format="channels_last", return_tensors="pt")["pixel_values"]
    raw = processor(
        channels_last, input_data_format="channels_last", do_rescale=False, do_normalize=False, return_tensors="pt"
    )["pixel_values"][0]
    assert raw.dtype == torch.uint8 and normal.dtype == torch.float32
    return normal, raw


def normalised(raw: torch.Tensor) -> torch.Tensor:
    """[3, S, S] uint8 -> [1, 3, S, S] as the slow processor rescales and normalises."""
    rescaled = (raw.double() * (1 / 255)).float()
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))
    return ((rescaled - mean) / std)[None]


# --- towers ------------------------------------------------------------------------------------------


def halves(model: LlavaForConditionalGeneration) -> tuple[torch.nn.Module, torch.nn.Module]:
    """(vision tower, connector)"""
    return model.model.vision_tower, model.model.multi_modal_projector


def towers(goldens: Path, mini: Path) -> Iterator[tuple[dict, LlavaForConditionalGeneration, torch.Tensor]]:
    """({checkpoint, input, name}, model, pixels [3, S, S] uint8) of every picture; model/ and images/ have to be there."""
    for name in TOWERS:
        model = load_reference(goldens / "checkpoints" / name)
        held = load_file(goldens / "model" / f"{name}.safetensors")
        for one in INPUTS:
            yield {"checkpoint": name, "input": one, "name": f"{name}/{one}"}, model, held[f"{one}/pixels"]
    model, processor = load_reference(mini), processor_of(mini)
    for one in MINI_IMAGES:
        _, raw = pixels_of(processor, goldens / "images" / one, "pad")
        yield {"checkpoint": "mini", "input": one, "name": f"mini/{one}"}, model, raw


def budgets(patches: int) -> list[int]:
    return sorted({max(1, round(patches / 3)), max(1, round(patches * 2 / 9)), max(1, round(patches / 9))})


def shaken(x: torch.Tensor, noise: float, generator: torch.Generator) -> torch.Tensor:
    """In double precision, each number times 1 + noise."""
    return x.double() * (1 + noise * torch.randn(x.shape, generator=generator, dtype=torch.float64))


def draws(tensors: list[torch.Tensor], noise: float) -> Iterator[list[torch.Tensor]]:
    """The tensors in double precision, then with SHAKES draws of noise; `sharp` says that all of them decide alike."""
    yield [x.double() for x in tensors]
    for seed in range(SHAKES):
        generator = torch.Generator().manual_seed(seed)
        yield [shaken(x, noise, generator) for x in tensors]


# --- decoders ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A prompt with a picture in front of the decoder."""

    model: LlavaForConditionalGeneration
    ids: list[int]
    embeddings: torch.Tensor  # [1, T, D]
    slot: int  # the first visual row
    visual: int  # their number


@torch.no_grad()
def asked(goldens: Path, checkpoint: str, name: str) -> Asked:
    """The first question about the picture `name`; model/ and checkpoints/ have to be there."""
    golden = json.loads((goldens / "model" / f"{checkpoint}.json").read_text(encoding="utf-8"))
    case = next(case for case in golden["cases"] if case["input"] == name)
    pixels = normalised(load_file(goldens / "model" / f"{checkpoint}.safetensors")[f"{name}/pixels"])
    model = load_reference(goldens / "checkpoints" / checkpoint)
    visual = torch.cat(list(model.get_image_features(pixel_values=pixels)))
    visual = visual.reshape(-1, model.config.text_config.hidden_size)
    return Asked(model, case["ids"], embed(model, case["ids"], visual), case["image_slot"], len(visual))


@torch.no_grad()
def embed(model: LlavaForConditionalGeneration, ids: list[int], visual: torch.Tensor) -> torch.Tensor:
    """Input embeddings [1, T, H] with the one placeholder replaced by the rows of `visual`."""
    table = model.get_input_embeddings()
    slot = ids.index(model.config.image_token_index)
    before, after = table(torch.tensor([ids[:slot]])), table(torch.tensor([ids[slot + 1 :]]))
    return torch.cat([before, visual[None], after], dim=1)


@torch.no_grad()
def decode(model: LlavaForConditionalGeneration, inputs: dict, **settings) -> tuple[dict, torch.Tensor]:
    """(greedy ids, margins and why they end; logits of the last prompt position) for one row of inputs."""
    prompt = next(iter(inputs.values()))
    mask = torch.ones(prompt.shape[:2], dtype=torch.long)
    output = model.generate(
        **inputs, attention_mask=mask, do_sample=False, output_scores=True, output_logits=True,
        return_dict_in_generate=True, **settings,
    )  # fmt: skip
    ids = output.sequences[0, -len(output.scores) :].tolist()
    margins = [float(-score[0].topk(2).values.diff()) for score in output.scores]
    eos = model.generation_config.eos_token_id
    stopped = ids[-1] in (eos if isinstance(eos, list) else [eos])
    return {"greedy": ids, "margins": margins, "finish": "eos" if stopped else "length"}, output.logits[0][0].clone()


def causal(rows: int) -> torch.Tensor:
    return torch.full((rows, rows), float("-inf")).triu(1)


def run_layer(decoder, layer, hidden: torch.Tensor, positions: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """hidden [1, T, D] after one of transformers' layers; bias [T] is added to the scores of each row's key."""
    mask = causal(len(positions))[None, None]
    mask = mask if bias is None else mask + bias
    angles = decoder.rotary_emb(hidden, positions[None])
    found = layer(hidden, attention_mask=mask, position_ids=positions[None], position_embeddings=angles)
    return found[0] if isinstance(found, tuple) else found


@torch.no_grad()
def greedy(case: Asked, steps: int, last_logits: Callable[[torch.Tensor], torch.Tensor]) -> dict:
    """Greedy ids without a cache: `last_logits` gives those of the last row of [1, T, D], [vocabulary]."""
    embeddings, ids, margins, first = case.embeddings, [], [], None
    for _ in range(steps):
        logits = last_logits(embeddings)
        first = logits if first is None else first
        margins.append(float(-logits.topk(2).values.diff()))
        ids.append(int(logits.argmax()))
        token = case.model.get_input_embeddings()(torch.tensor([[ids[-1]]]))
        embeddings = torch.cat([embeddings, token], dim=1)
    return {"greedy": ids, "margins": margins, "logits": [round(float(x), 6) for x in first[:64]]}
