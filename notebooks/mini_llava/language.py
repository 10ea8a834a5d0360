"""Stage 2: projector and Llama after the frozen tower, by a curriculum of questions."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from attention import PLAIN
from data import BOX_DIGITS, CHARACTERS, LONGEST_VALUE, PAGE_LABELS, PATCHES, Questions, Scenes
from packing import Pack, choose, mask, pack, positions
from tower import SHARES, WIDTH
from training import Optimisers, Run, falling, learning_rate

LAYERS, HEADS, HIDDEN = 6, 4, 512
ROWS, COLUMNS = 16, 224
PEAK, HOLD = 4e-3, 0.6
OPTION_LAYER, OPTION_WEIGHT = 4, 0.5
PATCH_LAYER, PATCH_GUIDES = 2, [*[10] * BOX_DIGITS, len(CHARACTERS), len(PAGE_LABELS), LONGEST_VALUE]
GUIDE_WEIGHT = 3.0
# Until which share of the steps how likely kinds of questions are, by the start of their name; what is not named is left out.
CURRICULUM = [
    (0.06, {"caption": 6, "open/color": 4, "open/shape": 4, "open/background": 1, "open/side": 1, "open/height": 1,
            "open/count": 2, "open/objects": 1, "word/whole": 4, "word/first": 2, "lookup": 1, "words:lookup": 1}),
    (0.30, {"caption": 0.7, "open": 2, "open/count": 3, "word": 2, "word/whole": 4, "yesno": 1.5, "yesno/mixed": 3,
            "yesno/side": 2, "yesno/relation": 2, "yesno/count": 2, "lookup": 3, "words:lookup": 1}),
    (0.55, {"caption": 0.3, "open": 1, "word": 1.5, "word/whole": 3, "textvqa": 1, "textvqa/whole": 2, "yesno": 1.5,
            "yesno/mixed": 2.5, "lookup": 1, "scienceqa/2": 3, "scienceqa/3": 3, "mmbench/2": 3, "mmbench/3": 3,
            "words:scienceqa": 1, "words:mmbench": 1}),
    (1.00, {"caption": 0.2, "open": 1, "word": 1, "word/whole": 2, "textvqa": 2, "textvqa/whole": 3, "yesno": 1.5,
            "yesno/mixed": 2.5, "yesno/relation": 2, "yesno/side": 2, "yesno/count": 2, "yesno/sum": 2, "lookup": 0.5,
            "scienceqa": 3, "mmbench": 3, "words:scienceqa": 0.4, "words:mmbench": 0.4}),
]  # fmt: skip
# What is still weak after that, once more.
REVISION = {
    "caption": 0.1, "open": 0.7, "open/color": 4, "open/shape": 2, "word": 0.3, "textvqa": 0.7, "textvqa/whole": 1,
    "yesno": 0.7, "yesno/word": 4, "yesno/relation": 3, "yesno/sum": 4, "yesno/more": 3, "yesno/side": 2, "yesno/count": 2,
    "yesno/thing": 3, "yesno/mixed": 4, "lookup": 0.2, "scienceqa": 2, "mmbench": 2,
}  # fmt: skip
REVISION_PEAK, REVISION_HOLD = 2.5e-3, 0.3
# What a trained checkpoint learns besides: boxes and pages of small print, and all of the above meanwhile. Then, while the
# rate goes down, more of what it knew.
# Words are named because a run of 1,800 and 700 steps that asked for them as REVISION does read them less well than before
# (98 -> 86 %).
KNOWN = {
    **REVISION, "open/color": 3, "yesno/mixed": 3, "yesno/thing": 4, "scienceqa": 3, "mmbench": 3, "word": 1,
    "word/whole": 3, "textvqa": 2, "textvqa/whole": 4,
}  # fmt: skip
EXTENSION = {**KNOWN, "refer": 6, "page": 2, "document": 6}
SETTLING = {**KNOWN, "refer": 4, "page": 0.5, "document": 4}
EXTENDED = "extension.pt"  # the state before the rate goes down
EXTENSION_PEAK, WARM_UP = 2.5e-3, 100
EXTENSION_DROP = 0.5  # in how many steps dropping is considered at all
EXTENSION_SHARES = [0.34, 0.28, 0.13, 0.25]  # of the rows, by kind of picture
DROP_FROM, DROP = 0.75, 0.5  # from which share of the steps visual tokens are dropped, and in how many of these
FEWEST = 8


def stage(progress: float) -> dict[str, float]:
    """What is asked at that point of the curriculum."""
    return next(table for until, table in CURRICULUM if progress < until)


def weights(questions: Questions, table: dict[str, float]) -> np.ndarray:
    """How likely every kind is; the longest matching name counts."""
    return np.array(
        [max(((len(name), w) for name, w in table.items() if kind.startswith(name)), default=(0, 0))[1]
         for kind in questions.kinds], float
    )  # fmt: skip


def initialise(decoder: nn.Module, last: nn.Linear) -> None:
    """Draws the weights of a decoder, and of the projector's last layer."""
    layers = decoder.model.layers
    for layer in layers:
        for linear in [module for module in layer.modules() if isinstance(module, nn.Linear)]:
            nn.init.normal_(linear.weight, std=linear.in_features**-0.5)
        for linear in [layer.self_attn.o_proj, layer.mlp.down_proj]:
            nn.init.normal_(linear.weight, std=(2 * len(layers) * linear.in_features) ** -0.5)
    nn.init.normal_(decoder.model.embed_tokens.weight, std=0.3)
    nn.init.normal_(decoder.lm_head.weight, std=0.05)
    nn.init.normal_(last.weight, std=0.036)


@torch.no_grad()
def whiten(linear: nn.Linear, sample: torch.Tensor) -> None:
    """Lets a layer give zero mean and unit variance of n x WIDTH features, turned by chance."""
    mean = sample.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov((sample - mean).T))
    turned = torch.linalg.qr(torch.randn(WIDTH, WIDTH))[0]
    whitened = turned @ torch.diag((values.clamp(min=0) + 1e-3 * values.max()).rsqrt()) @ vectors.T
    linear.weight.copy_(whitened)
    linear.bias.copy_(-whitened @ mean)


class Language(nn.Module):
    """Projector, Llama, and a head that is there for training only: which option is right."""

    def __init__(self, tokens: int, prefix: list[int]):
        super().__init__()
        self.llama = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=tokens, hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=LAYERS,
                num_attention_heads=HEADS, rms_norm_eps=1e-5, max_position_embeddings=2048, attn_implementation=PLAIN,
            )
        )  # fmt: skip
        self.linear_1, self.linear_2 = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.option_head = nn.Linear(WIDTH, 1)
        self.prefix = prefix
        initialise(self.llama, self.linear_2)

    @torch.no_grad()
    def whiten(self, features: torch.Tensor, foreground: torch.Tensor) -> None:
        """Starts the projector with features of zero mean and unit variance, foreground and background alike."""
        flat, fore = features.flatten(0, 1).float(), foreground.flatten()
        count = min(int(fore.sum()), int((~fore).sum()))
        sample = torch.cat([flat[fore][:count], flat[~fore][:count]])
        whiten(self.linear_1, sample)

    def hidden_parameters(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.llama.model.layers.parameters() if parameter.ndim == 2]

    def project(self, features: torch.Tensor) -> torch.Tensor:
        return self.linear_2(functional.gelu(self.linear_1(features)))

    def states(self, features: torch.Tensor, packed: Pack, kept: torch.Tensor | None = None):
        """Hidden states of the text columns after OPTION_LAYER layers and after all, and of the image after PATCH_LAYER ones.

        features: rows x visual tokens x WIDTH; kept: per row, how many of them are not padding
        """
        model = self.llama.model
        rows, visual = features.shape[:2]
        before = model.embed_tokens(torch.tensor(self.prefix)).expand(rows, -1, -1)
        image = self.project(features.to(self.linear_1.weight.dtype))
        embedded = torch.cat([before, image.to(before.dtype), model.embed_tokens(packed.ids)], dim=1)
        shared = len(self.prefix) + visual
        counts = len(self.prefix) + (torch.full((rows,), visual) if kept is None else kept)
        found = model(
            inputs_embeds=embedded, attention_mask=mask(packed, shared, counts), position_ids=positions(packed, shared, counts),
            use_cache=False, output_hidden_states=True,
        )  # fmt: skip
        seen = found.hidden_states[PATCH_LAYER][:, len(self.prefix) : shared]
        return found.hidden_states[OPTION_LAYER][:, shared:], found.last_hidden_state[:, shared:], seen

    def loss(self, features: torch.Tensor, packed: Pack, guided: Callable | None = None):
        """The loss of the answers and of the options, what to show, and which questions have every token right.

        guided: a further loss of the states of the text after OPTION_LAYER layers and of the image, and what to show of it
        """
        early, late, seen = self.states(features, packed)
        at = packed.answers > 0
        following = packed.ids.roll(-1, dims=1)[at]
        weight = packed.answers[at]
        logits = self.llama.lm_head(late[at]).float()
        losses = functional.cross_entropy(logits, following, reduction="none")
        answer = (losses * weight).sum() / weight.sum()
        hits = logits.argmax(1) == following
        shown = {"answer": answer.item(), "token": hits.float().mean().item()}
        outcomes = answered(packed, at, hits)
        ends = packed.options >= 0
        option = torch.tensor(0.0)
        if ends.any():
            given = self.option_head(early[ends])[:, 0].float()
            right = packed.options[ends].float()
            option = functional.binary_cross_entropy_with_logits(given, right)
            shown |= {"option": option.item(), "flag": ((given > 0) == (right > 0)).float().mean().item()}
        total = answer + OPTION_WEIGHT * option
        if guided is not None:
            guide, more = guided(early, seen)
            total, shown = total + guide, shown | more
        return total, shown, outcomes


class Guides(nn.Module):
    """Heads that are there for the extension's training only, as the option's is: without them, boxes and pages stay guessed.

    After PATCH_LAYER layers a patch knows the box of what it shows, or its character, its line's label and its place in the
    value; after OPTION_LAYER layers the last token of a question knows the box or the value that is asked for.
    """

    def __init__(self):
        super().__init__()
        self.patch = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, sum(PATCH_GUIDES)))
        self.question = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 10 * BOX_DIGITS + 37 * LONGEST_VALUE))

    def loss(self, early: torch.Tensor, seen: torch.Tensor, packed: Pack, questions: Questions, labels: torch.Tensor):
        """labels: rows x visual tokens x PATCH_GUIDES, -1 where there is nothing to know"""
        given, right = self.patch(seen).float().split(PATCH_GUIDES, dim=2), labels.unbind(2)
        of_boxes, patch_hits = entropies(given[:BOX_DIGITS], right[:BOX_DIGITS])
        of_letters, letter_hits = entropies(given[BOX_DIGITS:], right[BOX_DIGITS:])
        patch_hits += letter_hits
        places = [(row, col + int(questions.answers[q]) - 1, q) for row, one in enumerate(packed.questions) for q, col in one]
        rows, columns, asked = (torch.tensor(values) for values in zip(*places))
        right = torch.from_numpy(questions.said[asked.numpy()]).long()
        pointed, read = right[:, -1] >= 0, (right[:, -1] < 0) & (right[:, 0] >= 0)
        ends = self.question(early[rows, columns]).float()
        digits, characters = ends.split([10 * BOX_DIGITS, 37 * LONGEST_VALUE], dim=1)
        boxes, box_hits = entropies(digits.chunk(BOX_DIGITS, dim=1), right.where(pointed[:, None], -1).unbind(1))
        values, value_hits = entropies(characters.chunk(LONGEST_VALUE, dim=1), right.where(read[:, None], -1).unbind(1))
        shown = {
            "g.tens": patch_hits[:8:2], "g.units": patch_hits[1:8:2], "g.char": patch_hits[8:9], "g.label": patch_hits[9:10],
            "g.place": patch_hits[10:], "q.tens": box_hits[::2], "q.units": box_hits[1::2], "q.value": value_hits[:2],
        }  # fmt: skip
        shown = {name: float(np.mean(hits)) for name, hits in shown.items() if hits and not np.isnan(hits).any()}
        return GUIDE_WEIGHT * (of_boxes + of_letters + boxes + values), shown


def entropies(logits, wanted) -> tuple[torch.Tensor, list[float]]:
    """The mean cross-entropy over all targets that are not -1, and the share of hits by target."""
    total, hits = torch.tensor(0.0), []
    for given, right in zip(logits, wanted):
        kept = right >= 0
        hits.append(float("nan"))
        if kept.any():
            total = total + functional.cross_entropy(given[kept], right[kept]) / len(wanted)
            hits[-1] = (given[kept].argmax(-1) == right[kept]).float().mean().item()
    return total, hits


def answered(packed: Pack, at: torch.Tensor, hits: torch.Tensor) -> dict[int, bool]:
    """Per question whether all tokens of its answer are the likeliest ones, given those before."""
    outcomes: dict[int, bool] = {}
    rows, columns = at.nonzero(as_tuple=True)
    segments = packed.segments[rows, columns]
    for row, segment, hit in zip(rows.tolist(), segments.tolist(), hits.tolist()):
        question = packed.questions[row][segment - 1][0]
        outcomes[question] = outcomes.get(question, True) and hit
    return outcomes


def dropped(random: np.random.Generator) -> np.ndarray | None:
    """Which visual tokens a step keeps, per row, drawn without a look at the pictures; None: all of them.

    A share between all and a twentieth, evenly on a logarithmic scale; single tokens or blocks of three by three.
    """
    if random.random() >= DROP:
        return None
    count = max(FEWEST, int(PATCHES * 0.05 ** random.random()))
    scores = random.random((ROWS, PATCHES))
    blocks = random.random((ROWS, 6, 6))
    side = 12
    rows, columns = np.divmod(np.arange(PATCHES), side)
    for row in range(ROWS):
        if random.random() < 0.5:
            down, across = random.integers(0, 3, 2)
            scores[row] = blocks[row, (rows + down) // 3, (columns + across) // 3] + 1e-3 * scores[row]
    return np.sort(np.argsort(-scores, axis=1)[:, :count], axis=1)


def draw_rows(
    scenes: Scenes, questions: Questions, pools: list[np.ndarray], shares: list[float]
) -> Callable[[np.random.Generator, dict[str, float]], tuple[np.ndarray, Pack]]:
    """Draws pictures in fixed shares by kind, and questions about each as a table of kinds has them."""
    first = np.searchsorted(questions.pictures, np.arange(len(scenes.ids) + 1))
    counts = np.diff(np.round(np.cumsum([0, *shares]) * ROWS).astype(int))

    def rows(random: np.random.Generator, table: dict[str, float]) -> tuple[np.ndarray, Pack]:
        likely = weights(questions, table)
        chosen = np.concatenate([random.choice(pool, n) for pool, n in zip(pools, counts) if len(pool)])
        asked = [first[p] + choose(likely[questions.kind[first[p] : first[p + 1]]], random) for p in chosen]
        return chosen, pack(asked, questions, COLUMNS)

    return rows


def by_kind(questions: Questions, outcomes: dict[int, bool]) -> dict[str, float]:
    """The share of right answers by kind, multiple choice without its numbers of options and topics."""
    found: dict[str, list[bool]] = {}
    for question, right in outcomes.items():
        parts = questions.kinds[questions.kind[question]].split("/")
        found.setdefault("/".join(parts[: 1 if len(parts) > 2 else 2]), []).append(right)
    return {kind: float(np.mean(right)) for kind, right in sorted(found.items())}


def optimisers_of(language: Language, *others: nn.Module) -> Optimisers:
    every = [parameter for module in (language, *others) for parameter in module.parameters()]
    return Optimisers(language.hidden_parameters(), every)


def losses(
    language: Language, features: torch.Tensor, scenes: Scenes, questions: Questions, pools: list[np.ndarray],
    shares: list[float], guides: Guides | None = None,
):  # fmt: skip
    """The loss of a step, by its random generator, the likelihoods of kinds, and whether tokens are dropped."""
    rows = draw_rows(scenes, questions, pools, shares)

    def loss(random: np.random.Generator, table: dict[str, float], drops: bool):
        chosen, packed = rows(random, table)
        seen = features[torch.from_numpy(chosen)]
        kept = dropped(random) if drops else None
        visible = np.arange(PATCHES)[None] if kept is None else kept[: len(seen)]
        if kept is not None:
            seen = seen[torch.arange(len(seen))[:, None], torch.from_numpy(visible)]
        guided = None
        if guides is not None:
            labels = np.concatenate([scenes.boxes[chosen], scenes.layouts[chosen]], axis=2)
            labels = torch.from_numpy(labels[np.arange(len(chosen))[:, None], visible]).long()
            guided = partial(guides.loss, packed=packed, questions=questions, labels=labels)
        with torch.autocast("cpu", torch.bfloat16):
            loss, shown, outcomes = language.loss(seen, packed, guided)
        return loss, shown | (by_kind(questions, outcomes) if kept is None else {})

    return loss


def train(
    run: Run, language: Language, features: torch.Tensor, scenes: Scenes, questions: Questions, pools: list[np.ndarray],
    steps: int, revision_steps: int, seed: int,
) -> None:  # fmt: skip
    """The curriculum, then the revision, which starts from the curriculum's weights with a fresh optimiser."""
    loss = losses(language, features, scenes, questions, pools, SHARES)

    def learnt(step: int):
        return loss(np.random.default_rng([seed, 3, step]), stage(step / steps), step >= DROP_FROM * steps)

    def revised(step: int):
        return loss(np.random.default_rng([seed, 5, step]), REVISION, True)

    rate = partial(learning_rate, steps=steps, peak=PEAK, hold=HOLD)
    run.phase("language", steps, optimisers_of(language), rate, learnt)
    rate = partial(learning_rate, steps=revision_steps, peak=REVISION_PEAK, hold=REVISION_HOLD)
    run.phase("revision", revision_steps, optimisers_of(language), rate, revised)


def extend(
    run: Run, language: Language, guides: Guides, features: torch.Tensor, scenes: Scenes, questions: Questions,
    pools: list[np.ndarray], steps: dict[str, int], seed: int,
) -> None:  # fmt: skip
    """More tasks for a trained model, with all others: at a level rate, so that more steps can follow, then a falling one."""
    loss = losses(language, features, scenes, questions, pools, EXTENSION_SHARES, guides)
    optimisers = optimisers_of(language, guides)

    def extended(step: int):
        random = np.random.default_rng([seed, 7, step])
        return loss(random, EXTENSION, random.random() < EXTENSION_DROP)

    def settled(step: int):
        return loss(np.random.default_rng([seed, 9, step]), SETTLING, True)

    def level(step: int) -> float:
        return EXTENSION_PEAK * min(1.0, (step + 1) / WARM_UP)

    def down(step: int) -> float:
        return EXTENSION_PEAK * falling(step / steps["settling"])

    run.phase("extension", steps["extension"], optimisers, level, extended, EXTENDED)
    run.phase("settling", steps["settling"], optimisers, down, settled)
