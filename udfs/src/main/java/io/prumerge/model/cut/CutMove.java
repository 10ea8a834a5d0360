package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.Rows;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.KeptTokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The rows of one pack at one cut: which go on, in which order, and at which positions. */
final class CutMove {

  private final CutPack pack;
  private final CutStage from;
  private final CutStage to;
  private final HeldPrefix held;
  private final int count;
  private final IntStream.Builder places = IntStream.builder();
  private int sums;
  private int going;

  /**
   * @param from the stage before the cut
   * @param to the stage after it
   * @param held the prefix of earlier packs
   * @param count the group's own rows before the cut
   * @param joining rows of the held prefix that stand after these; sums of rows stand after both
   */
  CutMove(CutPack pack, CutStage from, CutStage to, HeldPrefix held, int count, int joining) {
    this.pack = pack;
    this.from = from;
    this.to = to;
    this.held = held;
    this.count = count;
    this.sums = count + joining;
  }

  /** Returns the rows that go on, as places among those before the cut. */
  int[] places() {
    return places.build().toArray();
  }

  /** One question goes on after the tokens that it keeps. */
  PackBlock question(PackBlock block, int question, KeptTokens kept, KvCache cache) {
    boolean here = block.prefix() > 0;
    int[] before = here ? block.rows().positions() : held.positions();
    int[] prefix = prefix(kept, here ? block.start() : count);
    int own = pack.rows(question);
    int first = block.question(pack, question);
    IntStream.range(first, first + own).forEach(places::add);
    return block(block, prefix, before, kept.sizes(), question, question + 1, cache);
  }

  /** All questions of a block go on after the same tokens. */
  PackBlock shared(PackBlock block, KeptTokens kept, KvCache cache) {
    int[] prefix = prefix(kept, block.start());
    IntStream.range(block.prefix(), block.rows().count())
        .forEach(row -> places.add(block.start() + row));
    int[] before = block.rows().positions();
    return block(block, prefix, before, kept.sizes(), block.first(), block.end(), cache);
  }

  /** All questions of a block go on after a prefix that is in the cache already. */
  PackBlock behindPrefix(PackBlock block, KvCache cache) {
    IntStream.range(0, block.rows().count()).forEach(row -> places.add(block.start() + row));
    int[] none = new int[0];
    return block(block, none, none, none, block.first(), block.end(), cache);
  }

  // Lets the text before the visual tokens, those that are kept, and sums of them go on. Returns
  // for each the row among the prefix whose position it has.
  private int[] prefix(KeptTokens kept, int base) {
    int visual = pack.visualRow();
    int whole = kept.tokens().length - kept.sums(from.visual());
    IntStream text = IntStream.range(0, visual);
    IntStream tokens = IntStream.of(kept.tokens()).map(token -> visual + token);
    int[] rows = IntStream.concat(text, tokens).toArray();
    for (int i = 0; i < rows.length; i++) {
      places.add(i < visual + whole ? base + rows[i] : sums++);
    }
    return rows;
  }

  private PackBlock block(
      PackBlock block,
      int[] prefix,
      int[] positionsBefore,
      int[] sizes,
      int first,
      int end,
      KvCache cache) {
    int rows = IntStream.range(first, end).map(pack::rows).sum();
    int[] positions = Arrays.copyOf(prefix, prefix.length + rows);
    int[] segments = new int[positions.length];
    boolean packed = to.cut().positions() == CutPositions.PACKED;
    for (int row = 0; row < prefix.length; row++) {
      positions[row] = packed ? pack.systemRows() + row : positionsBefore[prefix[row]];
      segments[row] = KvCache.PREFIX;
    }
    int row = prefix.length;
    for (int q = first; q < end; q++) {
      for (int i = 0; i < pack.rows(q); i++) {
        positions[row] = pack.group().textPosition() - to.shift() + i;
        segments[row++] = q;
      }
    }
    Rows next = Rows.append(cache, positions, segments, block.rows().ropeLength());
    if (sizes.length > 0) {
      cache.weigh(pack.group().visualSlot(), sizes);
    }
    going += positions.length;
    int start = going - positions.length;
    return to.apart()
        ? new PackBlock(next, start, prefix.length, first, end)
        : new PackBlock(next, start, prefix.length, first, end, held.evidence());
  }
}
