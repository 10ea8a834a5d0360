package io.prumerge.model;

import io.prumerge.reduction.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The attention of a block's prompts to its visual tokens. */
final class CutAttention {

  /**
   * Rows of one sequence group whose attention is evidence.
   *
   * @param x their inputs of the layer [rows, D]
   * @param positions rotary position of each
   * @param segments question of each
   * @param slots slot of each among the keys: it sees none behind
   * @param ropeLength length of the sequence for rotations that follow it
   */
  record Asking(Torch.Value x, int[] positions, int[] segments, int[] slots, int ropeLength)
      implements AutoCloseable {

    int count() {
      return positions.length;
    }

    @Override
    public void close() {
      x.close();
    }
  }

  private final LanguageModel model;
  private final CutPack pack;
  private final HeldPrefix held;

  CutAttention(LanguageModel model, CutPack pack, HeldPrefix held) {
    this.model = model;
    this.pack = pack;
    this.held = held;
  }

  /**
   * The rows of a block that ask: the last of each prompt, or the whole text.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   */
  Asking asking(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    boolean last = evidence instanceof Evidence.LastRowAttention;
    int[] asking =
        pack.askers(block)
            .flatMap(
                q -> last ? IntStream.of(pack.last(block, q)) : IntStream.of(pack.text(block, q)))
            .toArray();
    Rows rows = block.rows();
    int[] places = IntStream.of(asking).map(row -> row - block.start()).toArray();
    return new Asking(
        model.rows(x, IntStream.of(asking).map(row -> start + row).toArray()),
        IntStream.of(places).map(place -> rows.positions()[place]).toArray(),
        IntStream.of(places).map(place -> rows.segments()[place]).toArray(),
        IntStream.of(places).map(place -> rows.past() + place).toArray(),
        rows.ropeLength());
  }

  /** The rows of a block's visual tokens, which ask. */
  Asking visual(CutPack.Block block, Torch.Value x, int start, int visual) {
    Rows rows = block.rows();
    int[] places = places(visual);
    return new Asking(
        model.rows(x, IntStream.of(places).map(row -> start + block.start() + row).toArray()),
        IntStream.of(places).map(place -> rows.positions()[place]).toArray(),
        IntStream.of(places).map(place -> rows.segments()[place]).toArray(),
        IntStream.of(places).map(place -> rows.past() + place).toArray(),
        rows.ropeLength());
  }

  private int[] places(int visual) {
    return IntStream.range(pack.visualRow(), pack.visualRow() + visual).toArray();
  }

  /** Slots up to the last visual token. */
  int slotsOfPrefix(int visual) {
    return pack.group().visualSlot() + visual;
  }

  /** What all visual tokens together pay to each of them, in a layer that has run. */
  float[] toVisual(Evidence evidence, CutPack.Block block, Asking asking, int visual) {
    int slots = slotsOfPrefix(visual);
    KvCache cache = block.rows().cache();
    float[] sum = new float[visual];
    try (Torch.Value keys = model.cachedKeys(cache, evidence.layer(), 0, slots);
        Torch.Value all =
            model.attention(
                asking, evidence.layer(), List.of(keys), Arrays.copyOf(cache.segments(), slots))) {
      float[] mean = model.mean(all, pack.group().visualSlot(), visual);
      for (int i = 0; i < mean.length; i++) {
        sum[i % visual] += mean[i];
      }
    }
    return sum;
  }

  /** Cosines of the rotated keys that a layer will compute of a block's visual tokens. */
  float[] keyCosines(int layer, CutPack.Block block, Torch.Value x, int start, int visual) {
    int first = pack.visualRow();
    try (Torch.Value keys = keys(layer, block, x, start, first, first + visual)) {
      return model.keyCosines(keys);
    }
  }

  /** Attention in a layer that has run; per question, as the evidence has it. */
  List<float[]> behind(Evidence evidence, CutPack.Block block, Asking asking, int visual) {
    KvCache cache = block.rows().cache();
    try (Torch.Value keys = model.cachedKeys(cache, evidence.layer(), 0, pack.askedSlots(block))) {
      return attention(evidence, block, asking, List.of(keys), visual);
    }
  }

  /**
   * Attention in the layer that comes. Its keys would lie as those of the layers before.
   *
   * @param next the block's cache from that layer on, which has the system prompt's keys
   * @param hold whether later packs need the prefix's keys
   */
  List<float[]> ahead(
      Evidence evidence,
      CutPack.Block block,
      Torch.Value x,
      int start,
      KvCache next,
      boolean hold,
      int visual) {
    int layer = evidence.layer();
    int prefix = block.prefix();
    List<Torch.Value> keys = new ArrayList<>();
    List<Torch.Value> made = new ArrayList<>();
    try (Asking asking = asking(evidence, block, x, start)) {
      if (pack.systemRows() > 0) {
        made.add(model.cachedKeys(next, layer, 0, pack.systemRows()));
        keys.add(made.get(0));
      }
      if (prefix > 0) {
        Torch.Value ofPrefix = keys(layer, block, x, start, 0, prefix);
        keys.add(ofPrefix);
        if (hold) {
          held.holdKeys(ofPrefix);
        } else {
          made.add(ofPrefix);
        }
      } else if (held.keys() != null) {
        keys.add(held.keys());
      }
      made.add(keys(layer, block, x, start, prefix, pack.askedRows(block)));
      keys.add(made.get(made.size() - 1));
      return attention(evidence, block, asking, keys, visual);
    } finally {
      made.forEach(Torch.Value::close);
    }
  }

  // Keys that a layer will compute of some of the block's rows.
  private Torch.Value keys(
      int layer, CutPack.Block block, Torch.Value x, int start, int from, int to) {
    int first = start + block.start();
    int[] positions = Arrays.copyOfRange(block.rows().positions(), from, to);
    try (Torch.Value rows = model.rows(x, IntStream.range(first + from, first + to).toArray())) {
      return model.keysAhead(rows, layer, positions, block.rows().ropeLength());
    }
  }

  private List<float[]> attention(
      Evidence evidence, CutPack.Block block, Asking asking, List<Torch.Value> keys, int visual) {
    int[] segments = Arrays.copyOf(block.rows().cache().segments(), pack.askedSlots(block));
    int slot = pack.group().visualSlot();
    try (Torch.Value all = model.attention(asking, evidence.layer(), keys, segments)) {
      if (evidence instanceof Evidence.TextHeadAttention) {
        float[] values = model.relative(asking, all, slot, positions(block, visual));
        return split(values, evidence, block, visual, model.config().heads());
      }
      return split(model.mean(all, slot, visual), evidence, block, visual, 1);
    }
  }

  /** Rows of a question that ask. */
  int rows(Evidence evidence, int question) {
    return evidence instanceof Evidence.LastRowAttention ? 1 : pack.prompt(question);
  }

  // Positions of the visual tokens.
  private int[] positions(CutPack.Block block, int visual) {
    int[] prefix = block.prefix() > 0 ? block.rows().positions() : held.positions();
    return Arrays.copyOfRange(prefix, pack.visualRow(), pack.visualRow() + visual);
  }

  // [heads, all rows, visual] -> [heads, rows, visual] of each question.
  private List<float[]> split(
      float[] all, Evidence evidence, CutPack.Block block, int visual, int heads) {
    int rows = pack.askers(block).map(q -> rows(evidence, q)).sum() * visual;
    List<float[]> split = new ArrayList<>();
    int start = 0;
    for (int q : pack.askers(block).toArray()) {
      int own = rows(evidence, q) * visual;
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
