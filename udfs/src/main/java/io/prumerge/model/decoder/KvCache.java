package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.Arrays;

/**
 * Rotated keys and values of one sequence group in consecutive layers, in the order in which its
 * rows came, and the question that each slot belongs to ({@link #PREFIX} = all of them).
 */
public abstract class KvCache implements AutoCloseable {

  /** Segment of the slots that every question of the group sees. */
  public static final int PREFIX = -1;

  private final int from;
  private final int to;
  private int used;
  private int[] segments;
  private int[] sizes = new int[0]; // of the first slots; the others, and 0, are of size 1

  /**
   * @param from first layer
   * @param to layer after the last
   * @param expected slots to make room for
   */
  KvCache(int from, int to, int expected) {
    this.from = from;
    this.to = to;
    this.segments = new int[expected];
  }

  /** Announces the next rows' segments; their slots follow the used ones. */
  final void append(int[] rowSegments) {
    takeRoom(rowSegments);
    int needed = used + rowSegments.length;
    if (needed > segments.length) {
      segments = Arrays.copyOf(segments, needed + needed / 4);
    }
    System.arraycopy(rowSegments, 0, segments, used, rowSegments.length);
    used = needed;
  }

  /** Finds room on the device for rows of these segments. */
  abstract void takeRoom(int[] rowSegments);

  /** Takes the first slots from a cache of the same kind over all layers, into an empty one. */
  final void copy(KvCache prefix) {
    int[] all = new int[prefix.used];
    Arrays.fill(all, PREFIX);
    append(all);
    copySlots(prefix, all.length);
  }

  abstract void copySlots(KvCache prefix, int count);

  /** Forgets all slots behind a prefix of so many positions. */
  public void truncate(int prefixPositions) {
    used = prefixPositions;
  }

  /**
   * Says how many tokens some slots count for.
   *
   * @param firstSlot of these; slots of other sizes come before it, if at all
   */
  public void weigh(int firstSlot, int[] counts) {
    sizes = Arrays.copyOf(sizes, firstSlot + counts.length);
    System.arraycopy(counts, 0, sizes, firstSlot, counts.length);
  }

  /** Whether some slots count for more than one token. */
  final boolean weighed() {
    return sizes.length > 0;
  }

  /** How many tokens each used slot counts for, 0 standing for 1; empty if all count for one. */
  final int[] sizes() {
    return weighed() ? Arrays.copyOf(sizes, used) : sizes;
  }

  /** Rotated keys of a layer in consecutive slots [kv heads, count, head_dim]. */
  public abstract Torch.Value keys(int layer, int firstSlot, int count);

  /** The first layer. */
  final int from() {
    return from;
  }

  /** The layer after the last. */
  final int to() {
    return to;
  }

  final int used() {
    return used;
  }

  /** Segment of each used slot. */
  final int[] segments() {
    return Arrays.copyOf(segments, used);
  }

  /** The work of a pass for {@code rows} rows that see every slot. */
  public final PassWork work(int rows) {
    long rowLayers = (long) (to - from) * rows;
    return new PassWork(rowLayers, rowLayers * used, 0);
  }

  @Override
  public abstract void close();
}
