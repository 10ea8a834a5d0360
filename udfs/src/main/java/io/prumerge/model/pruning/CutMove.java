package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.Rows;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.KeptTokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The rows of one pack at one cut: which go on, in which order, and at which positions. */
final class CutMove {

  private final CutPack pack;
  private final PackProgress progress;
  private final CutStage to;
  private final HeldPrefix held;
  private final int count;
  private final IntStream.Builder places = IntStream.builder();
  private int sums;
  private int going;

  /**
   * @param progress before the cut, which has kept its tokens
   * @param held the prefix of earlier packs
   * @param count the group's own rows before the cut
   * @param joining rows of the held prefix that stand after these; sums of rows stand after both
   */
  CutMove(CutPack pack, PackProgress progress, HeldPrefix held, int count, int joining) {
    this.pack = pack;
    this.progress = progress;
    this.to = progress.next();
    this.held = held;
    this.count = count;
    this.sums = count + joining;
  }

  /** Returns the rows that go on, as indices among the rows before the cut. */
  int[] places() {
    return places.build().toArray();
  }

  /** One question goes on after the tokens that it keeps. */
  PackBlock question(PackBlock block, int question, KeptTokens kept, KvCache cache) {
    boolean here = block.prefix() > 0;
    int[] before = here ? block.rows().positions() : held.positions();
    int[] prefix = prefix(question, kept, here ? block.start() : count);
    int own = pack.rows(question);
    int first = block.question(pack, question);
    IntStream.range(first, first + own).forEach(places::add);
    Rows rows = rows(block, prefix, before, question, question + 1, cache);
    weigh(cache, progress.nextSlots(question), kept.sizes());
    return block(rows, prefix.length, question, question + 1);
  }

  /** All questions of a block go on after the same tokens. */
  PackBlock shared(PackBlock block, KeptTokens kept, KvCache cache) {
    int[] prefix = prefix(KvCache.PREFIX, kept, block.start());
    IntStream.range(block.prefix(), block.rows().count())
        .forEach(row -> places.add(block.start() + row));
    int[] before = block.rows().positions();
    Rows rows = rows(block, prefix, before, block.first(), block.end(), cache);
    weigh(cache, progress.nextSlots(KvCache.PREFIX), kept.sizes());
    return block(rows, prefix.length, block.first(), block.end());
  }

  /** All questions of a block go on after a prefix whose keys the cache has already. */
  PackBlock afterPrefix(PackBlock block, KvCache cache) {
    IntStream.range(0, block.rows().count()).forEach(row -> places.add(block.start() + row));
    int[] none = new int[0];
    Rows rows = rows(block, none, none, block.first(), block.end(), cache);
    return block(rows, 0, block.first(), block.end());
  }

  // Lets the text of the prefix, the visual tokens that are kept, and sums of them go on. Returns
  // for each the row among the prefix whose position it has.
  private int[] prefix(int question, KeptTokens kept, int base) {
    VisualSlots slots = progress.slots(question);
    int[] rows =
        IntStream.of(slots.going(kept))
            .skip(pack.systemRows())
            .map(slot -> slot - pack.systemRows())
            .toArray();
    int whole = rows.length - kept.sums(slots.count());
    for (int i = 0; i < rows.length; i++) {
      places.add(i < whole ? base + rows[i] : sums++);
    }
    return rows;
  }

  // Text between the tokens counts for one, as it does without sizes.
  private static void weigh(KvCache cache, VisualSlots slots, int[] sizes) {
    if (sizes.length > 0) {
      int[] counts = new int[slots.end() - slots.first()];
      int[] places = slots.after(slots.first());
      for (int token = 0; token < sizes.length; token++) {
        counts[places[token]] = sizes[token];
      }
      cache.setTokenCounts(slots.first(), counts);
    }
  }

  private Rows rows(
      PackBlock block, int[] prefix, int[] positionsBefore, int first, int end, KvCache cache) {
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
    return Rows.append(cache, positions, segments, block.rows().ropeLength());
  }

  private PackBlock block(Rows rows, int prefix, int first, int end) {
    int start = going;
    going += rows.count();
    return to.apart()
        ? new PackBlock(rows, start, prefix, first, end)
        : new PackBlock(rows, start, prefix, first, end, held.evidence());
  }
}
