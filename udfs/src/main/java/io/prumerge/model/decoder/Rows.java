package io.prumerge.model.decoder;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * New rows of one sequence group in one pass, whose slots in the cache are taken already.
 *
 * @param cache the group's cache in the layers that the rows go through now
 * @param past slots before these rows
 * @param positions rotary position of each row
 * @param segments question of each row, {@link KvCache#PREFIX} for shared ones
 * @param ropeLength length of the sequence for rotations that follow it
 */
public record Rows(KvCache cache, int past, int[] positions, int[] segments, int ropeLength) {

  /**
   * From how many rows on attention goes by sequences. One mask is as fast for fewer of LLaVA-1.5's
   * shapes (libtorch 2.7.1, AVX-512), and faster for fewer than 400 with three questions or less.
   */
  private static final int MANY = 512;

  /** Takes the next slots of a cache for rows; parameters as the record's. */
  public static Rows append(KvCache cache, int[] positions, int[] segments, int ropeLength) {
    int past = cache.used();
    cache.append(segments);
    return new Rows(cache, past, positions, segments, ropeLength);
  }

  public int count() {
    return positions.length;
  }

  /** Returns the rows' positions for rope: as they are, or with M-RoPE's axes. */
  int[] ropePositions() {
    return cache.ropePositions(positions);
  }

  /** Returns the slot after these rows. */
  int end() {
    return past + count();
  }

  /** Returns the slots of the prefix before these rows. */
  public int shared() {
    int[] before = cache.segments(past);
    int shared = 0;
    while (shared < past && before[shared] == KvCache.PREFIX) {
      shared++;
    }
    return shared;
  }

  /**
   * Returns how attention runs without an attention mask over all slots; empty if it needs one.
   *
   * @param joins whether the device joins two attentions of a row by the sums of their softmaxes
   * @return no number if the rows are the last of one sequence. If questions stand after a prefix:
   *     its slots, how many of them are rows, and the rows of each question
   */
  Optional<int[]> unmasked(boolean joins) {
    if (cache.hasTokenCounts()) {
      return Optional.empty();
    }
    if (oneSequence()) {
      boolean whole = past == 0 || count() == 1 || count() >= MANY && count() > past;
      return whole ? Optional.of(new int[0]) : Optional.empty();
    }
    return joins && count() >= MANY ? questions() : Optional.empty();
  }

  private boolean oneSequence() {
    int own = segments[segments.length - 1];
    return IntStream.of(cache.segments(end()))
        .allMatch(segment -> segment == KvCache.PREFIX || segment == own);
  }

  // Empty if a question has slots elsewhere, or there is no prefix.
  private Optional<int[]> questions() {
    int row = 0;
    while (segments[row] == KvCache.PREFIX) {
      row++;
    }
    int before = shared();
    IntStream.Builder lengths = IntStream.builder().add(before + row).add(row);
    Set<Integer> there = new HashSet<>(Set.of(KvCache.PREFIX));
    IntStream.of(cache.segments(past)).forEach(there::add);
    while (row < count()) {
      int first = row;
      int segment = segments[first];
      if (!there.add(segment)) {
        return Optional.empty();
      }
      while (row < count() && segments[row] == segment) {
        row++;
      }
      lengths.add(row - first);
    }
    int[] found = lengths.build().toArray();
    boolean prefix = found[0] > 0 && (found[1] == 0 || before == past);
    return prefix ? Optional.of(found) : Optional.empty();
  }
}
