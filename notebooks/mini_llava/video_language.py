"""Stage 2 of the model that watches: projector, newline and Qwen2 after the frozen tower, with heads that guide it.

Without these heads the loss of the answers alone does not move within an hour. After GUIDE_LAYER layers a token knows when
and what it is, and what has happened to it since the first frame; in layer QUESTION_LAYER the end of a question looks at
the tokens that tell the answer, with its first LOOKING heads, and knows it behind that layer; after OPTION_LAYER layers the
end of an option knows whether it is the right one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import Qwen2Config, Qwen2ForCausalLM

from attention import PLAIN, WATCHED
from data import Questions
from language import initialise, whiten
from packing import Pack, mask, pack, positions
from tower import WIDTH
from training import Optimisers, Run, learning_rate
from video_data import ANSWERS, CELLS, FRAMES, GUIDES, PATCHES, TASKS, Clip, asked, decoded, drawn_frames, guides, told_by
from video_tower import Tower, pixel_values

LAYERS, HEADS, HIDDEN = 7, 4, 512
ROWS, TIMES, COLUMNS = 16, 2, 160
PEAK, HOLD = 4e-3, 0.6
GUIDE_LAYER, QUESTION_LAYER, OPTION_LAYER = 3, 5, 6
LOOKING = 2
GUIDE_WEIGHT, LOOK_WEIGHT = 0.5, 0.3
FEWER = 0.25  # in how many steps a clip has fewer frames than FRAMES
DROP_FROM, DROP = 0.6, 0.4  # from which share of the steps visual tokens are dropped, and in how many of these
FEWEST = 12


@dataclass
class Batch:
    """features: clips x frames x 64 x WIDTH; known: clips x tokens x guides; right, ends, texts: per question"""

    features: torch.Tensor
    known: torch.Tensor
    packed: Pack
    questions: Questions
    right: np.ndarray
    ends: np.ndarray
    texts: list[str]


class Language(nn.Module):
    """Projector, newline, Qwen2, and the heads that are there for training only."""

    def __init__(self, tokens: int, prefix: list[int]):
        super().__init__()
        self.qwen = Qwen2ForCausalLM(
            Qwen2Config(
                vocab_size=tokens, hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=LAYERS,
                num_attention_heads=HEADS, num_key_value_heads=HEADS, max_position_embeddings=4096, rope_theta=10000.0,
                tie_word_embeddings=False, attn_implementation=PLAIN,
            )
        )  # fmt: skip
        self.linear_1, self.linear_2 = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.newline = nn.Parameter(0.3 * torch.randn(WIDTH))
        self.guide_head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, sum(GUIDES.values())))
        self.question_head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, len(ANSWERS)))
        self.option_head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 1))
        self.prefix = prefix
        setattr(self.qwen.model.layers[QUESTION_LAYER - 1].self_attn, WATCHED, None)
        initialise(self.qwen, self.linear_2)

    def whiten(self, features: torch.Tensor) -> None:
        """Starts the projector with features of zero mean and unit variance."""
        whiten(self.linear_1, features.flatten(0, -2).float())

    def hidden_parameters(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.qwen.model.layers.parameters() if parameter.ndim == 2]

    def tokens(self, features: torch.Tensor) -> torch.Tensor:
        """clips x frames x 64 x WIDTH -> clips x (frames x 16) x WIDTH, as LlavaOnevisionModel.apply_pooling has them"""
        rows, frames = features.shape[:2]
        projected = self.linear_2(functional.gelu(self.linear_1(features.to(self.linear_1.weight.dtype))))
        grid = projected.reshape(rows * frames, PATCHES, PATCHES, WIDTH).permute(0, 3, 1, 2)
        pooled = functional.interpolate(grid.float(), size=(CELLS, CELLS), mode="bilinear")
        return pooled.permute(0, 2, 3, 1).reshape(rows, frames * CELLS * CELLS, WIDTH)

    def states(self, visual: torch.Tensor, packed: Pack):
        """All layers' states of the visual tokens and of the text; the newline goes behind the visual tokens."""
        model, rows = self.qwen.model, len(visual)
        before = model.embed_tokens(torch.tensor(self.prefix)).expand(rows, -1, -1)
        newline = self.newline.expand(rows, 1, -1)
        embedded = torch.cat([before, visual.to(before.dtype), newline, model.embed_tokens(packed.ids)], dim=1)
        shared = embedded.shape[1] - packed.ids.shape[1]
        counts = torch.full((rows,), shared)
        found = model(
            inputs_embeds=embedded, attention_mask=mask(packed, shared, counts), position_ids=positions(packed, shared, counts),
            use_cache=False, output_hidden_states=True,
        )  # fmt: skip
        seen = [one[:, len(self.prefix) : shared - 1] for one in found.hidden_states]
        text = [one[:, shared:] for one in found.hidden_states]
        return seen, text

    def loss(self, batch: Batch, kept: torch.Tensor | None):
        """The sum of all losses and what to show; kept: which visual tokens of every clip are there, or None for all."""
        visual, known, packed = self.tokens(batch.features), batch.known, batch.packed
        if kept is not None:
            rows = torch.arange(len(visual))[:, None]
            visual, known = visual[rows, kept], known[rows, kept]
        seen, text = self.states(visual, packed)
        at = packed.answers > 0
        weight, following = packed.answers[at], packed.ids.roll(-1, dims=1)[at]
        logits = self.qwen.lm_head(text[-1][at]).float()
        losses = functional.cross_entropy(logits, following, reduction="none")
        answer = (losses * weight).sum() / weight.sum()
        told = {"answer": answer.item()}

        flags = packed.options >= 0
        given = self.option_head(text[OPTION_LAYER][flags])[:, 0].float()
        option = functional.binary_cross_entropy_with_logits(given, packed.options[flags].float())
        told["option"] = option.item()

        places = [(row, column, q) for row, one in enumerate(packed.questions) for q, column in one]
        rows, columns, numbers = (np.array(values) for values in zip(*places))
        right = torch.from_numpy(batch.right[numbers])
        ends = columns + batch.ends[numbers]
        said = self.question_head(text[QUESTION_LAYER][torch.from_numpy(rows), torch.from_numpy(ends)]).float()
        question = functional.cross_entropy(said, right)
        letters = columns + batch.questions.answers[numbers] - 1
        hits = self.qwen.lm_head(text[-1][torch.from_numpy(rows), torch.from_numpy(letters)]).argmax(-1).numpy()
        hits = hits == packed.ids.numpy()[rows, letters + 1]
        tasks = batch.questions.kind[numbers]
        for task in np.unique(tasks):
            told[batch.questions.kinds[task] + "/word"] = float((said.argmax(1) == right).numpy()[tasks == task].mean())
            told[batch.questions.kinds[task] + "/letter"] = float(hits[tasks == task].mean())

        look = self.look_loss(batch, known, rows, ends + visual.shape[1] + 1 + len(self.prefix), numbers)
        told["look"] = float(look)

        guide = torch.tensor(0.0)
        parts = self.guide_head(seen[GUIDE_LAYER]).float().split(list(GUIDES.values()), dim=2)
        for name, part, wanted in zip(GUIDES, parts, known.unbind(2)):
            on = wanted >= 0
            if on.any():
                guide = guide + functional.cross_entropy(part[on], wanted[on])
                told[name] = (part[on].argmax(1) == wanted[on]).float().mean().item()
        return answer + option + question + LOOK_WEIGHT * look + GUIDE_WEIGHT * guide, told

    def look_loss(self, batch: Batch, known: torch.Tensor, rows: np.ndarray, ends: np.ndarray, numbers: np.ndarray):
        """Minus the logarithm of the attention that the ends of questions pay to the tokens that tell their answers."""
        kinds, shown = batch.questions.kind, known.numpy()
        wanted = np.zeros((len(rows), known.shape[1]), bool)
        for i, (row, number) in enumerate(zip(rows, numbers)):
            if kinds[number] < len(TASKS) and known.shape[2]:
                wanted[i] = told_by(batch.texts[number], kinds[number], batch.right[number], shown[row])
        there = wanted.any(1)
        if not there.any():
            return torch.tensor(0.0)
        weights = getattr(self.qwen.model.layers[QUESTION_LAYER - 1].self_attn, WATCHED)
        paid = weights[torch.from_numpy(rows[there]), :LOOKING, torch.from_numpy(ends[there])].float()
        paid = paid[:, :, len(self.prefix) : len(self.prefix) + known.shape[1]]
        paid = (paid * torch.from_numpy(wanted[there])[:, None]).sum(2)
        return -(paid + 1e-6).log().mean()


def drawn(tower: Tower, clips: list[Clip], tokenizer, count: int, random: np.random.Generator) -> Batch:
    """Clips of every task, and all their questions, each with its options in TIMES orders."""
    chosen = [drawn_frames(count, random) for _ in clips]
    pixels = decoded(clips, chosen)
    with torch.no_grad():
        features = tower.features(pixel_values(pixels)).reshape(len(clips), count, PATCHES * PATCHES, WIDTH)
    questions, right, ends, texts = asked(clips, tokenizer, TIMES, random)
    rows = [np.flatnonzero(questions.pictures == row) for row in range(len(clips))]
    packed = pack(rows, questions, COLUMNS)
    known = torch.from_numpy(np.stack(guides(clips, chosen, pixels)))
    return Batch(features, known, packed, questions, right, ends, texts)


def dropped(tokens: int, random: np.random.Generator) -> torch.Tensor:
    """Which visual tokens a step keeps, by row, drawn without a look at the frames: all to a tenth, evenly on a log scale."""
    count = max(FEWEST, int(tokens * 0.1 ** random.random()))
    scores = random.random((ROWS, tokens))
    return torch.from_numpy(np.sort(np.argsort(-scores, axis=1)[:, :count], axis=1))


def train(run: Run, tower: Tower, language: Language, tokenizer, clips: list[Clip], steps: int, seed: int) -> None:
    optimisers = Optimisers(language.hidden_parameters(), language.parameters())

    def loss(step: int):
        random = np.random.default_rng([seed, 3, step])
        chosen = [clips[i] for i in random.choice(len(clips), ROWS, replace=False)]
        count = FRAMES if random.random() >= FEWER else int(random.choice([1, 2, 4, 4, 6]))
        drops = step >= DROP_FROM * steps and random.random() < DROP
        with torch.autocast("cpu", torch.bfloat16):
            batch = drawn(tower, chosen, tokenizer, count, random)
            kept = dropped(count * CELLS * CELLS, random) if drops and count > 1 else None
            value, told = language.loss(batch, kept)
        return value, told if count == FRAMES and kept is None else {}

    run.phase("language", steps, optimisers, lambda step: learning_rate(step, steps, PEAK, HOLD), loss)
