package io.prumerge.model;

import io.prumerge.reduction.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The evidence for one cut of one pack, taken on the way to it. */
final class CutEvidence implements AutoCloseable {

  private final LanguageModel model;
  private final CutPack pack;
  private final int visual;
  private final Set<Evidence> seen = new HashSet<>();
  private final Map<Evidence, List<Torch.Value>> asking = new HashMap<>();

  /**
   * @param visual visual tokens before the cut
   */
  CutEvidence(LanguageModel model, CutPack pack, int visual) {
    this.model = model;
    this.pack = pack;
    this.visual = visual;
  }

  /**
   * Takes what hidden states before a layer give.
   *
   * @param start the group's first row in x
   */
  void see(Evidence evidence, List<CutBlock> blocks, Torch.Value x, int start) {
    if (evidence instanceof Evidence.Keys || !seen.add(evidence)) {
      return;
    }
    for (CutBlock block : blocks) {
      if (evidence instanceof Evidence.LastRowAttention) {
        int[] rows = IntStream.of(askingRows(block)).map(row -> start + row).toArray();
        asking.computeIfAbsent(evidence, key -> new ArrayList<>()).add(model.rows(x, rows));
      } else if (block.prefix() > 0) {
        int first = start + block.start() + pack.visualRow();
        int[] rows = IntStream.range(first, first + visual).toArray();
        block.evidence().put(evidence, model.floats(x, rows));
      }
    }
  }

  private int[] askingRows(CutBlock block) {
    return IntStream.range(block.first(), block.end())
        .map(q -> block.question(pack, q) + pack.lastOfPrompt(q))
        .toArray();
  }

  /** Computes the evidence of each of a block's questions, after the layers that it is about. */
  List<Map<Evidence, float[]>> of(List<Evidence> wanted, List<CutBlock> blocks, int index) {
    CutBlock block = blocks.get(index);
    List<Map<Evidence, float[]>> each = new ArrayList<>();
    for (int q = block.first(); q < block.end(); q++) {
      each.add(new HashMap<>());
    }
    for (Evidence evidence : wanted) {
      if (evidence instanceof Evidence.LastRowAttention) {
        float[] all = attention(evidence, block, asking.get(evidence).get(index));
        for (int i = 0; i < each.size(); i++) {
          each.get(i).put(evidence, Arrays.copyOfRange(all, i * visual, (i + 1) * visual));
        }
      } else {
        float[] shared = block.evidence().computeIfAbsent(evidence, key -> keys(key, block));
        each.forEach(values -> values.put(evidence, shared));
      }
    }
    return each;
  }

  private float[] keys(Evidence evidence, CutBlock block) {
    KvCache cache = block.rows().cache();
    return model.keys(cache, evidence.layer(), pack.group().visualSlot(), visual);
  }

  private float[] attention(Evidence evidence, CutBlock block, Torch.Value asking) {
    Rows rows = block.rows();
    int[] places = IntStream.of(askingRows(block)).map(row -> row - block.start()).toArray();
    Rows some =
        new Rows(
            rows.cache(),
            rows.past(),
            IntStream.of(places).map(row -> rows.positions()[row]).toArray(),
            IntStream.of(places).map(row -> rows.segments()[row]).toArray(),
            rows.ropeLength());
    int[] slots = IntStream.of(places).map(row -> rows.past() + row).toArray();
    return model.attention(
        asking, evidence.layer(), some, slots, pack.group().visualSlot(), visual);
  }

  @Override
  public void close() {
    asking.values().forEach(values -> values.forEach(Torch.Value::close));
  }
}
