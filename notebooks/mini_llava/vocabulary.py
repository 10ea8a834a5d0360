"""The tokenizer: a byte-fallback BPE in Llama's form, learnt on the questions of the train split.

Three rules make it fit a very small model. Every lower-case word is one token; printed words are spelt character by
character, so that reading is not guessing; and the fixed phrases of the prompts (the system sentence, the two requests for
an answer's form, the letters before options) are one token each, which halves the length of a question.
"""

import json
import re
from collections import Counter

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

MERGES = 700
SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions. USER:"
)
SHORT = "\nAnswer the question using a single word or phrase."
LETTER = "\nAnswer with the option's letter from the given choices directly."
OPTIONS = [f"\n{letter}." for letter in "ABCDEF"]
ASSISTANT = "▁ASSISTANT:"
# In the order of their merges. A lone "▁A" must not become a token: "A" is also an answer.
PHRASES = [
    SYSTEM, "▁" + SYSTEM, SHORT, LETTER, ASSISTANT, *OPTIONS, "\nReference OCR token:", "▁\n", "▁" + SYSTEM + "▁",
]  # fmt: skip
SPECIALS = ["<unk>", "<s>", "</s>"]
IMAGE, PAD = "<image>", "<pad>"


def words(text: str) -> list[str]:
    """Words that become one token: lower-case ones and sentence starts, but no word in capitals."""
    found = re.findall(r"▁?[A-Za-z']+", text.replace(" ", "▁"))
    return [word for word in found if not re.fullmatch(r"▁?[A-Z]+", word)]


def learn(
    texts: list[str], phrases: list[str] = PHRASES, special: tuple[str, ...] = (IMAGE, PAD), begins: bool = True
) -> Tokenizer:
    """special: added after SPECIALS; begins: every text begins with `<s>`"""
    counted = Counter(word for text in texts for word in words("▁" + text))
    counted.update(word for phrase in phrases for word in words(phrase))
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    characters = sorted(set("".join(texts) + "".join(phrases)) - {" "} | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\n▁"))
    trainer = trainers.BpeTrainer(
        vocab_size=len(characters) + MERGES, min_frequency=1, initial_alphabet=characters, show_progress=False
    )
    # One occurrence each, in a fixed order: which word is a token does not depend on how often it is asked for.
    learnt.train_from_iterator(sorted(counted), trainer)
    described = json.loads(learnt.to_str())["model"]
    merges = [tuple(pair) for pair in described["merges"]]
    pieces = sorted(described["vocab"], key=described["vocab"].get)
    for phrase in phrases:
        chain(phrase.replace(" ", "▁"), pieces, merges)
    return assembled(pieces, merges, special, begins)


def chain(phrase: str, pieces: list[str], merges: list[tuple[str, str]]) -> None:
    """Makes the phrase one token by merges that come after all others."""
    model = models.BPE(vocab={piece: i for i, piece in enumerate(pieces)}, merges=merges)
    tokens = [token.value for token in model.tokenize(phrase)]
    # "▁ASSISTANT:" grows from its colon to the left: "AS" alone stands in printed words too.
    backwards = phrase == ASSISTANT
    whole = tokens.pop() if backwards else tokens.pop(0)
    while tokens:
        pair = (tokens.pop(), whole) if backwards else (whole, tokens.pop(0))
        whole = "".join(pair)
        if whole not in pieces:
            pieces.append(whole)
        if pair not in merges:
            merges.append(pair)


def assembled(pieces: list[str], merges: list[tuple[str, str]], special: tuple[str, ...], begins: bool) -> Tokenizer:
    vocabulary = {token: i for i, token in enumerate(SPECIALS + [f"<0x{byte:02X}>" for byte in range(256)] + pieces)}
    tokenizer = Tokenizer(
        models.BPE(vocab=vocabulary, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    if begins:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", vocabulary["<s>"])]
        )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in [*SPECIALS, *special]])
    return tokenizer


def prefix(tokenizer: Tokenizer) -> list[int]:
    """The tokens before an image, `<s>` included."""
    return tokenizer.encode(f"{SYSTEM} {IMAGE}").ids[:-1]
