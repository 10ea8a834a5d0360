package io.prumerge.model.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sequences of a pass over a {@link SlotPool}, for two attention calls. In the first one each
 * run of rows of one segment reads its own range, causally. In the second one all rows that stand
 * after a prefix read the prefix, together; the others read any slot, and its result is not used.
 */
final class PooledSequences {

  /** Consecutive rows that read the same range. */
  private record Sequence(int rows, int start, int used) {}

  private final List<Sequence> own = new ArrayList<>();
  private final List<Sequence> shared = new ArrayList<>();
  private final IntStream.Builder afterShared = IntStream.builder();
  private boolean sharing;

  private PooledSequences() {}

  /** Returns the sequences of rows whose slots are taken already. */
  static PooledSequences of(List<Rows> groups) {
    PooledSequences sequences = new PooledSequences();
    groups.forEach(sequences::add);
    return sequences;
  }

  private void add(Rows rows) {
    PoolCache cache = (PoolCache) rows.cache();
    int[] segments = rows.segments();
    int prefix = cache.used(KvCache.PREFIX);
    int sharingRows = 0;
    int row = 0;
    while (row < segments.length) {
      int segment = segments[row];
      int first = row;
      while (row < segments.length && segments[row] == segment) {
        row++;
      }
      int count = row - first;
      boolean shares = segment != KvCache.PREFIX && prefix > 0;
      own.add(new Sequence(count, cache.start(segment), cache.used(segment)));
      if (shares) {
        sharingRows += count;
      } else {
        shared.add(new Sequence(count, cache.start(segment), 1));
      }
      IntStream.range(0, count).forEach(i -> afterShared.add(shares ? 1 : 0));
    }
    if (sharingRows > 0) {
      shared.add(new Sequence(sharingRows, cache.start(KvCache.PREFIX), prefix));
      sharing = true;
    }
  }

  /** Returns for each row whether it stands after a shared range: 1 or 0. */
  int[] afterShared() {
    return afterShared.build().toArray();
  }

  /** Bounds of the sequences' rows, starts and lengths of their ranges; own ones, shared ones. */
  int[] numbers() {
    return IntStream.concat(numbers(own), numbers(sharing ? shared : List.of())).toArray();
  }

  private static IntStream numbers(List<Sequence> sequences) {
    int[] numbers = new int[3 * sequences.size() + 2];
    int starts = sequences.size() + 1;
    for (int i = 0; i < sequences.size(); i++) {
      Sequence sequence = sequences.get(i);
      numbers[i + 1] = numbers[i] + sequence.rows();
      numbers[starts + i] = sequence.start();
      numbers[2 * starts + i] = sequence.used();
    }
    return IntStream.of(numbers);
  }

  /** Returns the number of own sequences, their most rows and most slots. */
  int[] own() {
    return summary(own);
  }

  /**
   * Returns the number of shared sequences, their most rows and most slots; all 0 where nothing is
   * shared.
   */
  int[] shared() {
    return summary(sharing ? shared : List.of());
  }

  private static int[] summary(List<Sequence> sequences) {
    return new int[] {
      sequences.size(),
      sequences.stream().mapToInt(Sequence::rows).max().orElse(0),
      sequences.stream().mapToInt(Sequence::used).max().orElse(0)
    };
  }
}
