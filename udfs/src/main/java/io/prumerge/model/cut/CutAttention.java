package io.prumerge.model.cut;

import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The attention of a block's prompts to its visual tokens. */
final class CutAttention {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutPlace place;
  private final HeldPrefix held;

  CutAttention(LanguageModel model, CutPack pack, CutPlace place, HeldPrefix held) {
    this.model = model;
    this.pack = pack;
    this.place = place;
    this.held = held;
  }

  private int visual() {
    return place.now().visual();
  }

  /**
   * Returns the rows of a block that ask: the last of each prompt, or the whole text.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   */
  AskingRows asking(Evidence evidence, PackBlock block, Torch.Value x, int start) {
    boolean last = asksLast(evidence);
    int[] asking =
        pack.askers(block)
            .flatMap(
                q -> last ? IntStream.of(pack.last(block, q)) : IntStream.of(pack.text(block, q)))
            .toArray();
    boolean relative = evidence instanceof Evidence.TextHeadAttention;
    int[] columns = relative ? positions(block) : new int[0];
    return AskingRows.of(model, block, x, start, asking, columns, slots(block));
  }

  /** Returns the rows of a block's visual tokens, which ask. */
  AskingRows visual(PackBlock block, Torch.Value x, int start) {
    int[] asking = slots(block).after(pack.systemRows() - block.start());
    return AskingRows.of(model, block, x, start, asking, new int[0], slots(block));
  }

  private VisualSlots slots(PackBlock block) {
    return place.slots(block.first());
  }

  /** Returns the slots up to the last visual token. */
  int slotsOfPrefix(PackBlock block) {
    return slots(block).end();
  }

  /** Returns the attention among the visual tokens [visual, visual], in a layer that has run. */
  Torch.Value toVisual(Evidence evidence, PackBlock block, AskingRows asking) {
    KvCache cache = block.rows().cache();
    try (Torch.Value keys = cache.keys(evidence.layer(), 0, slotsOfPrefix(block))) {
      return attention(evidence, block, asking, List.of(keys));
    }
  }

  /**
   * Returns the rotated keys that a layer will compute of a block's visual tokens, head by head.
   *
   * @param rows their hidden states; closed here
   */
  Torch.Value keysOfVisual(int layer, PackBlock block, Torch.Value rows) {
    int length = block.rows().ropeLength();
    int[] turns = block.rows().cache().ropePositions(positions(block));
    try (Torch.Value lists = model.indices(List.of(turns))) {
      return model.evidence().keysAhead(rows, layer, lists, 0, length);
    }
  }

  /** Returns the attention in a layer that has run, of all questions, to be {@link #split}. */
  Torch.Value behind(Evidence evidence, PackBlock block, AskingRows asking) {
    KvCache cache = block.rows().cache();
    List<Torch.Value> keys = seen(evidence, block, cache::keys);
    try {
      return evidence instanceof Evidence.LastRowFlow
          ? flow(evidence, block, asking, keys, seen(evidence, block, cache::values))
          : attention(evidence, block, asking, keys);
    } finally {
      keys.forEach(Torch.Value::close);
    }
  }

  /** What a cache has of a layer in consecutive slots. */
  private interface Slots {
    Torch.Value of(int layer, int firstSlot, int count);
  }

  // Of all slots that a block's rows see; one or two parts.
  private List<Torch.Value> seen(Evidence evidence, PackBlock block, Slots slots) {
    int layer = evidence.layer();
    int shared = block.rows().shared();
    int past = block.rows().past();
    int rows = pack.askedRows(block);
    return shared == past
        ? List.of(slots.of(layer, 0, past + rows))
        : List.of(slots.of(layer, 0, shared), slots.of(layer, past, rows));
  }

  // Closes the values.
  private Torch.Value flow(
      Evidence evidence,
      PackBlock block,
      AskingRows asking,
      List<Torch.Value> keys,
      List<Torch.Value> values) {
    try (Torch.Value all = model.evidence().attention(asking, evidence.layer(), keys)) {
      return model.evidence().flow(asking, all, values, slots(block));
    } finally {
      values.forEach(Torch.Value::close);
    }
  }

  /**
   * Returns the attention in the layer that comes, of all questions, to be {@link #split}. Its keys
   * would lie as those of the layers before.
   *
   * @param next the block's cache from that layer on, which has the system prompt's keys
   * @param hold whether later packs need the prefix's keys
   */
  Torch.Value ahead(
      Evidence evidence, PackBlock block, Torch.Value x, int start, KvCache next, boolean hold) {
    int layer = evidence.layer();
    int prefix = block.prefix();
    List<Torch.Value> keys = new ArrayList<>();
    List<Torch.Value> made = new ArrayList<>();
    try (AskingRows asking = asking(evidence, block, x, start)) {
      if (pack.systemRows() > 0) {
        made.add(next.keys(layer, 0, pack.systemRows()));
        keys.add(made.get(0));
      }
      if (prefix > 0) {
        Torch.Value ofPrefix = keys(block, asking, layer, x, start, AskingRows.PREFIX_POSITIONS);
        keys.add(ofPrefix);
        if (hold) {
          held.holdKeys(ofPrefix);
        } else {
          made.add(ofPrefix);
        }
      } else if (held.keys() != null) {
        keys.add(held.keys());
      }
      made.add(keys(block, asking, layer, x, start, AskingRows.OTHER_POSITIONS));
      keys.add(made.get(made.size() - 1));
      return attention(evidence, block, asking, keys);
    } finally {
      made.forEach(Torch.Value::close);
    }
  }

  // Keys that a layer will compute of the block's prefix, or of its rows after it.
  private Torch.Value keys(
      PackBlock block, AskingRows asking, int layer, Torch.Value x, int start, int list) {
    int first = start + block.start();
    boolean prefix = list == AskingRows.PREFIX_POSITIONS;
    int from = first + (prefix ? 0 : block.prefix());
    int to = first + (prefix ? block.prefix() : pack.askedRows(block));
    return model
        .evidence()
        .keysAhead(x, from, to, layer, asking.lists(), list, block.rows().ropeLength());
  }

  private Torch.Value attention(
      Evidence evidence, PackBlock block, AskingRows asking, List<Torch.Value> keys) {
    try (Torch.Value all = model.evidence().attention(asking, evidence.layer(), keys)) {
      return evidence instanceof Evidence.TextHeadAttention
          ? model.evidence().relative(asking, all, slots(block))
          : model.evidence().mean(asking, all, slots(block));
    }
  }

  /** Returns the rows of a question that ask. */
  int rows(Evidence evidence, int question) {
    return asksLast(evidence) ? 1 : pack.prompt(question);
  }

  private static boolean asksLast(Evidence evidence) {
    return evidence instanceof Evidence.LastRowAttention
        || evidence instanceof Evidence.LastRowFlow;
  }

  // Positions of the visual tokens.
  private int[] positions(PackBlock block) {
    int[] prefix = block.prefix() > 0 ? block.rows().positions() : held.positions();
    return IntStream.of(slots(block).after(pack.systemRows())).map(row -> prefix[row]).toArray();
  }

  /**
   * Returns the attention of all questions [heads, all rows, visual] as that of each [heads, rows,
   * visual].
   */
  List<float[]> split(float[] all, Evidence evidence, PackBlock block) {
    int heads =
        evidence instanceof Evidence.TextHeadAttention ? model.config().heads().queries() : 1;
    int rows = all.length / heads;
    List<float[]> split = new ArrayList<>();
    int start = 0;
    for (int q : pack.askers(block).toArray()) {
      int own = rows(evidence, q) * visual();
      float[] values = new float[heads * own];
      for (int head = 0; head < heads; head++) {
        System.arraycopy(all, head * rows + start, values, head * own, own);
      }
      split.add(values);
      start += own;
    }
    return split;
  }
}
