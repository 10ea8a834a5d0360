"""Writes what transformers says of visual tokens that keep their positions: GAP's rule (arXiv 2506.21873).

    python make_position_goldens.py GOLDENS

Reads GOLDENS/model/, rivals/, checkpoints/, families/next and images/; writes GOLDENS/positions/. The tokens are those
that the authors' code kept (model/ and rivals/), `pool` by hand; the language model is transformers' own with
`position_ids` given, run over the whole sequence for every token. transformers 4.57.1, fp32 on the CPU.
"""

import argparse
import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

from make_family_goldens import PROMPTS, ChannelsLast, rgb
from reference import normalised, write
from tiny_llava import load_reference

PICTURE = "wide.png@pad"
TOKENS = {"mha": 64, "gqa": 16}
GATHERED = ["fastervlm", "divprune", "hiprune"]
LAYER = {"mha": 2, "gqa": 1}
NEXT_PICTURES = ["wide.png", "wide-3.png", "rgba.png", "large.jpg"]
NEW_TOKENS = 8


def lower_median(places: list[int]) -> int:
    return sorted(places)[(len(places) - 1) // 2]


@torch.no_grad()
def said(model, ids: list[int], image: int, visual: torch.Tensor, positions: list[int], span: int) -> dict:
    """Greedy ids, margins and the first logits; positions: of the visual tokens, from the image's first one."""
    table = model.get_input_embeddings()
    slot = ids.index(image)
    embeddings = torch.cat([table(torch.tensor(ids[:slot])), visual, table(torch.tensor(ids[slot + 1 :]))])
    places = list(range(slot)) + [slot + place for place in positions]
    places += range(slot + span, slot + span + len(ids) - slot - 1)
    made, margins, first = [], [], None
    for _ in range(NEW_TOKENS):
        output = model.model.language_model(inputs_embeds=embeddings[None], position_ids=torch.tensor([places]))
        logits = model.lm_head(output.last_hidden_state[0, -1])
        first = logits if first is None else first
        margins.append(float(-logits.topk(2).values.diff()))
        made.append(int(logits.argmax()))
        embeddings = torch.cat([embeddings, table(torch.tensor(made[-1:]))])
        places.append(places[-1] + 1)
    return {
        "ids": ids, "positions": positions, "span": span, "greedy": made, "margins": margins,
        "logits": [round(float(x), 6) for x in first],
    }  # fmt: skip


@torch.no_grad()
def llava(goldens: Path, name: str) -> list[dict]:
    golden = json.loads((goldens / "model" / f"{name}.json").read_text())
    tensors = load_file(goldens / "model" / f"{name}.safetensors")
    rivals = json.loads((goldens / "rivals/rivals.json").read_text())
    chosen = next(one for one in rivals["towers"] if one["name"] == f"{name}/{PICTURE}")["methods"]
    model = load_reference(goldens / "checkpoints" / name)
    rows = torch.cat(list(model.get_image_features(pixel_values=normalised(tensors[f"{PICTURE}/pixels"]))))
    rows = rows.reshape(-1, rows.shape[-1])
    patches = len(rows)
    ids = next(case for case in golden["cases"] if case["input"].startswith("wide.png"))["ids"]
    picture = next(one for one in golden["inputs"] if one["name"] == PICTURE)
    cases = []

    def add(method: str, visual: torch.Tensor, positions: list[int]) -> None:
        assert len(visual) == len(positions)
        found = said(model, ids, model.config.image_token_index, visual, positions, patches)
        cases.append({"method": method, "input": PICTURE} | found)

    for method in GATHERED:
        layer = f"layer={LAYER[name]}," if method == "hiprune" else ""
        spec = f"{method}:{layer}tokens={TOKENS[name]}"
        kept = chosen[spec]["kept"]
        add(f"{method}:{layer}positions=kept,tokens={TOKENS[name]}", rows[kept], kept)
    for method in ("prumerge", "prumerge+"):
        kept = picture[method]["kept"]
        dropped = [patch for patch in range(patches) if patch not in kept]
        visual = model.model.multi_modal_projector(tensors[f"{PICTURE}/{method}/features"][None])[0]
        add(f"{method}:positions=kept", visual, kept + [lower_median(dropped)])
    # pool: means of the tower's features, which the connector sees; here of 3 x 3 cells without overlap.
    side = int(patches**0.5)
    cell = side // 3
    cells = torch.arange(patches).reshape(3, cell, 3, cell).permute(0, 2, 1, 3).reshape(9, cell * cell)
    tower = model.model.vision_tower(normalised(tensors[f"{PICTURE}/pixels"]), output_hidden_states=True)
    features = tower.hidden_states[model.config.vision_feature_layer][0, 1:]
    means = model.model.multi_modal_projector(torch.stack([features[one].mean(0) for one in cells])[None])[0]
    add("pool:cols=3,positions=kept,rows=3", means, [lower_median(one.tolist()) for one in cells])
    return cases


def nearest(shown: dict[int, int], places: dict[int, tuple[int, int]], row: int) -> int:
    """The position of a row, of the nearest one of its grid that is there, or, where the grid is all gone, the last."""
    there = shown.keys() & places.keys()
    if row in shown or not there:
        return shown.get(row, max(shown.values()))
    line, column = places[row]
    return shown[min(there, key=lambda other: abs(places[other][0] - line) + abs(places[other][1] - column))]


@torch.no_grad()
def llava_next(goldens: Path) -> list[dict]:
    folder = goldens / "families/next"
    model = transformers.LlavaNextForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    steps = json.loads((folder / "preprocessor_config.json").read_text())
    steps.pop("image_processor_type")
    processor, tokenizer = ChannelsLast(**steps), transformers.LlamaTokenizerFast.from_pretrained(folder)
    cases = []
    for file in NEXT_PICTURES:
        inputs = processor(rgb(goldens / "images" / file), input_data_format="channels_last", return_tensors="pt")
        pixels, sizes = inputs["pixel_values"][0], inputs["image_sizes"]
        tower = model.model.vision_tower(pixels, output_hidden_states=True)
        views = model.model.multi_modal_projector(tower.hidden_states[model.config.vision_feature_layer][:, 1:])
        count, patches, _ = views.shape
        # transformers' own layout of numbered rows says where each row stands; a line's end is numbered -1.
        numbers = torch.arange(count * patches, dtype=torch.float32).reshape(count, patches, 1)
        sequence, _ = model.model.pack_image_features(
            [numbers], sizes, vision_feature_select_strategy="default", image_newline=torch.tensor([-1.0])
        )
        order = [int(row) for row in torch.cat(list(sequence)).flatten()]
        shown = {row: place for place, row in enumerate(order) if row >= 0}
        side = int(patches**0.5)
        size = sizes[0].tolist()
        best = transformers.image_processing_utils.select_best_resolution(size, model.config.image_grid_pinpoints)
        columns = best[1] // model.config.vision_config.image_size
        places = {}
        for row in range(patches, count * patches):
            tile, patch = row // patches - 1, row % patches
            places[row] = tile // columns * side + patch // side, tile % columns * side + patch % side
        # Each view keeps the same patches; those of the tiles stand in the raster order of the whole grid.
        kept = [0, 3, 5, 6, 10, 13, 15]
        rows = kept + sorted((v * patches + patch for v in range(1, count) for patch in kept), key=places.get)
        positions = [nearest(shown, places, row) for row in rows]
        ids = tokenizer(PROMPTS["llava_v1"].format("Is there a dog in the image?"))["input_ids"]
        visual = views.reshape(count * patches, -1)[rows]
        found = said(model, ids, model.config.image_token_index, visual, positions, len(order))
        cases.append({"kept": kept, "input": file, "padded": sorted(places.keys() - shown.keys() & set(rows))} | found)
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    facts = {"command": "make_position_goldens.py", "checkpoints": {name: llava(goldens, name) for name in TOKENS}}
    write(goldens, "positions/positions", facts | {"next": llava_next(goldens)})


if __name__ == "__main__":
    main()
