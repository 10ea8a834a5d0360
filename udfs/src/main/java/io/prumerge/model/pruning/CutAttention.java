package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.QueryRows;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attention to visual tokens that evidence is made of. Keys come from the KV cache where the
 * layer has run; before that they are projected from the layer's hidden states.
 */
final class CutAttention {

  private final LanguageModel model;
  private final CutPack pack;
  private final PackProgress progress;
  private final HeldPrefix held;

  CutAttention(LanguageModel model, CutPack pack, PackProgress progress, HeldPrefix held) {
    this.model = model;
    this.pack = pack;
    this.progress = progress;
    this.held = held;
  }

  private int visual() {
    return progress.current().visual();
  }

  /**
   * Returns the query rows of a block's prompts: of each the last row, or those of the whole text.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   */
  QueryRows textQueries(Evidence evidence, PackBlock block, Torch.Value x, int start) {
    boolean last = evidence.ofLastRow();
    int[] queries =
        pack.scoringQuestions(block)
            .flatMap(
                q -> last ? IntStream.of(pack.last(block, q)) : IntStream.of(pack.text(block, q)))
            .toArray();
    int[] columns = evidence.ofHeads() ? positions(block) : new int[0];
    return QueryRows.of(model, block, x, start, queries, columns, slots(block));
  }

  /** Returns the query rows of a block's visual tokens. */
  QueryRows visualQueries(PackBlock block, Torch.Value x, int start) {
    int[] queries = slots(block).after(pack.systemRows() - block.start());
    return QueryRows.of(model, block, x, start, queries, new int[0], slots(block));
  }

  private VisualSlots slots(PackBlock block) {
    return progress.slots(block.first());
  }

  /** Returns the number of slots up to the last visual token. */
  int slotsOfPrefix(PackBlock block) {
    return slots(block).end();
  }

  /** Returns the attention among the visual tokens [visual, visual], in a layer that has run. */
  Torch.Value amongVisual(Evidence evidence, PackBlock block, QueryRows queries) {
    KvCache cache = block.rows().cache();
    try (Torch.Value keys = cache.keys(evidence.layer(), 0, slotsOfPrefix(block))) {
      return attention(evidence, block, queries, List.of(keys));
    }
  }

  /**
   * Returns the rotated keys [kv heads, visual, head_dim] of a block's visual tokens, projected
   * before the layer runs.
   *
   * @param rows their hidden states; closed here
   */
  Torch.Value visualKeys(int layer, PackBlock block, Torch.Value rows) {
    int length = block.rows().ropeLength();
    int[] positions = block.rows().cache().ropePositions(positions(block));
    try (Torch.Value lists = model.indices(List.of(positions))) {
      return model.evidence().projectedKeys(rows, layer, lists, 0, length);
    }
  }

  /**
   * Returns the attention in a layer that has run, of all questions, to be {@link #split}: with the
   * keys of the KV cache.
   */
  Torch.Value afterLayer(Evidence evidence, PackBlock block, QueryRows queries) {
    KvCache cache = block.rows().cache();
    List<Torch.Value> keys = visible(evidence, block, cache::keys);
    try {
      return evidence.ofValues()
          ? flow(evidence, block, queries, keys, visible(evidence, block, cache::values))
          : attention(evidence, block, queries, keys);
    } finally {
      keys.forEach(Torch.Value::close);
    }
  }

  /** Keys or values of a layer in consecutive slots of a cache. */
  private interface Slots {
    Torch.Value of(int layer, int firstSlot, int count);
  }

  // Of all slots that the block's query rows attend to; one or two parts.
  private List<Torch.Value> visible(Evidence evidence, PackBlock block, Slots slots) {
    int layer = evidence.layer();
    int shared = block.rows().shared();
    int past = block.rows().past();
    int rows = pack.scoringRows(block);
    return shared == past
        ? List.of(slots.of(layer, 0, past + rows))
        : List.of(slots.of(layer, 0, shared), slots.of(layer, past, rows));
  }

  // Closes the values.
  private Torch.Value flow(
      Evidence evidence,
      PackBlock block,
      QueryRows queries,
      List<Torch.Value> keys,
      List<Torch.Value> values) {
    try (Torch.Value all = model.evidence().attention(queries, evidence.layer(), keys)) {
      return model.evidence().flow(queries, all, values, slots(block));
    } finally {
      values.forEach(Torch.Value::close);
    }
  }

  /**
   * Returns the attention in a layer that has not run, of all questions, to be {@link #split}: with
   * keys projected from its hidden states, in the slots that the layers before it use.
   *
   * @param next the block's cache from that layer on, which has the system prompt's keys
   * @param hold whether later packs need the prefix's keys
   */
  Torch.Value beforeLayer(
      Evidence evidence, PackBlock block, Torch.Value x, int start, KvCache next, boolean hold) {
    int layer = evidence.layer();
    int prefix = block.prefix();
    List<Torch.Value> keys = new ArrayList<>();
    List<Torch.Value> made = new ArrayList<>();
    try (QueryRows queries = textQueries(evidence, block, x, start)) {
      if (pack.systemRows() > 0) {
        made.add(next.keys(layer, 0, pack.systemRows()));
        keys.add(made.get(0));
      }
      if (prefix > 0) {
        Torch.Value ofPrefix = keys(block, queries, layer, x, start, QueryRows.PREFIX_POSITIONS);
        keys.add(ofPrefix);
        if (hold) {
          held.holdKeys(ofPrefix);
        } else {
          made.add(ofPrefix);
        }
      } else if (held.keys() != null) {
        keys.add(held.keys());
      }
      made.add(keys(block, queries, layer, x, start, QueryRows.OTHER_POSITIONS));
      keys.add(made.get(made.size() - 1));
      return attention(evidence, block, queries, keys);
    } finally {
      made.forEach(Torch.Value::close);
    }
  }

  // Keys of the block's prefix, or of its rows after it, projected before the layer runs.
  private Torch.Value keys(
      PackBlock block, QueryRows queries, int layer, Torch.Value x, int start, int list) {
    int first = start + block.start();
    boolean prefix = list == QueryRows.PREFIX_POSITIONS;
    int from = first + (prefix ? 0 : block.prefix());
    int to = first + (prefix ? block.prefix() : pack.scoringRows(block));
    return model
        .evidence()
        .projectedKeys(x, from, to, layer, queries.lists(), list, block.rows().ropeLength());
  }

  private Torch.Value attention(
      Evidence evidence, PackBlock block, QueryRows queries, List<Torch.Value> keys) {
    try (Torch.Value all = model.evidence().attention(queries, evidence.layer(), keys)) {
      return evidence.ofHeads()
          ? model.evidence().relative(queries, all, slots(block))
          : model.evidence().mean(queries, all, slots(block));
    }
  }

  /** Returns the number of query rows of a question. */
  int queryRows(Evidence evidence, int question) {
    return evidence.ofLastRow() ? 1 : pack.prompt(question);
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
    int heads = evidence.ofHeads() ? model.config().heads().queries() : 1;
    int rows = all.length / heads;
    List<float[]> split = new ArrayList<>();
    int start = 0;
    for (int q : pack.scoringQuestions(block).toArray()) {
      int own = queryRows(evidence, q) * visual();
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
