package io.prumerge.model;

import io.prumerge.checkpoint.TextConfig;
import java.util.ArrayList;
import java.util.List;

/** One sequence group's caches: a span of layers for each number of visual tokens. */
final class KvCache implements AutoCloseable {

  /** Segment of the slots that every question of the group sees. */
  static final int PREFIX = -1;

  private final List<SpanCache> spans = new ArrayList<>();

  /**
   * @param visual visual tokens of the prefix
   * @param cuts where some of them stop, by rising layer
   * @param expectedSlots positions to make room for
   */
  KvCache(
      Torch torch,
      TextConfig text,
      int visual,
      List<VisualCut> cuts,
      int expectedSlots,
      Torch.Value weights) {
    try {
      int dropped = 0;
      for (int c = 0; c <= cuts.size(); c++) {
        int from = c == 0 ? 0 : cuts.get(c - 1).layer();
        int to = c == cuts.size() ? text.layers() : cuts.get(c).layer();
        dropped = c == 0 ? 0 : visual - cuts.get(c - 1).kept().length;
        LayerSpan span = new LayerSpan(from, to);
        spans.add(new SpanCache(torch, text, span, dropped, expectedSlots, weights));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  List<SpanCache> spans() {
    return spans;
  }

  /** The cache that holds a layer. */
  SpanCache at(int layer) {
    return spans.stream().filter(cache -> layer < cache.span().to()).findFirst().orElseThrow();
  }

  /** Takes the first slots from an uncut cache. */
  void copy(KvCache prefix) {
    spans.forEach(cache -> cache.copy(prefix.spans.get(0)));
  }

  /** Forgets all slots behind a prefix of so many positions. */
  void truncate(int prefixPositions) {
    spans.forEach(cache -> cache.truncate(prefixPositions));
  }

  /** What a pass did for {@code rows} rows that go through all layers and see every slot. */
  PassWork work(int rows) {
    return spans.stream().map(cache -> work(cache, rows)).reduce(PassWork.NONE, PassWork::plus);
  }

  /** The same for rows of the prefix, of which the dropped ones stop on their way. */
  PassWork prefixWork(int rows) {
    return spans.stream()
        .map(cache -> work(cache, rows - cache.dropped()))
        .reduce(PassWork.NONE, PassWork::plus);
  }

  private static PassWork work(SpanCache cache, int rows) {
    long layers = cache.span().layers();
    return new PassWork(layers * rows, layers * rows * cache.used(), 0);
  }

  @Override
  public void close() {
    spans.forEach(SpanCache::close);
  }
}
