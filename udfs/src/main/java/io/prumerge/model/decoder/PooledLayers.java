package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Layers that launch as many kernels for many groups as for one: their caches are one pool.
 *
 * <p>A step's launches are not captured as a CUDA graph: neither TorchScript nor DJL's library can.
 * It would take a C++ library over {@code at::cuda::CUDAGraph}, compiled for each libtorch; a
 * stream other than the default one, on which all threads work; a pass's numbers at fixed
 * addresses; and a graph for each number of rows and each bound of slots, which the attention's
 * kernel takes from the host.
 */
final class PooledLayers implements DecoderLayers {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value weights;
  private final Torch.Value joined;
  private final Torch.Value like;
  private final DecoderScript script;
  private final boolean flash;
  private int most;
  private SlotPool pool;

  /**
   * @param weights views of the joined ones; both are closed with the layers
   * @param flash whether attention is the GPU's kernel
   */
  PooledLayers(
      Torch torch,
      TextConfig text,
      Torch.Value weights,
      Torch.Value joined,
      Torch.Value like,
      DecoderScript script,
      boolean flash) {
    this.torch = torch;
    this.text = text;
    this.weights = weights;
    this.joined = joined;
    this.like = like;
    this.script = script;
    this.flash = flash;
  }

  @Override
  public void limit(long slots) {
    most = (int) Math.min(slots, Integer.MAX_VALUE);
  }

  /** Returns the number of slots that no cache has. */
  int free() {
    return pool().free();
  }

  // Made with the first cache: who trains or explains needs none.
  private synchronized SlotPool pool() {
    if (pool == null) {
      pool = new SlotPool(torch, text, most, like);
    }
    return pool;
  }

  @Override
  public KvCache newCache(int from, int to, int expected) {
    return new PoolCache(torch, pool(), false, like, from, to, expected);
  }

  @Override
  public KvCache cacheAlone(int slots) {
    SlotPool own = new SlotPool(torch, text, slots, like);
    KvCache cache = new PoolCache(torch, own, true, like, 0, text.layers(), slots);
    cache.reserve(KvCache.PREFIX, slots, null);
    return cache;
  }

  @Override
  public List<int[]> lists(List<Rows> groups) {
    PooledSequences sequences = PooledSequences.of(groups);
    List<int[]> lists = new ArrayList<>();
    lists.add(groups.stream().flatMapToInt(g -> IntStream.of(g.ropePositions())).toArray());
    lists.add(
        groups.stream()
            .flatMapToInt(g -> IntStream.of(((PoolCache) g.cache()).slots(g.past(), g.count())))
            .toArray());
    lists.add(sequences.behindShared());
    lists.add(sequences.numbers());
    for (Rows group : groups) {
      if (group.cache().hasTokenCounts()) {
        lists.addAll(((PoolCache) group.cache()).weighed(group.end()));
      }
    }
    return lists;
  }

  // The first row and the number of rows of each group whose slots count for several tokens.
  private static int[] weighed(List<Rows> groups) {
    IntStream.Builder weighed = IntStream.builder();
    int first = 0;
    for (Rows group : groups) {
      if (group.cache().hasTokenCounts()) {
        weighed.add(first).add(group.count());
      }
      first += group.count();
    }
    return weighed.build().toArray();
  }

  @Override
  public Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    PooledSequences sequences = PooledSequences.of(groups);
    return script.callAt(
        groups,
        "pooled_span",
        x,
        index.lists(),
        index.span(from),
        weights,
        joined,
        ((PoolCache) groups.get(0).cache()).pool().slots(), // the same for all
        sequences.own(),
        sequences.shared(),
        weighed(groups),
        index.outputs(groups, to == text.layers()),
        from,
        to,
        text.heads().queries(),
        text.heads().keys(),
        text.heads().width(),
        text.mlp().activation().ordinal(),
        text.normEps(),
        flash);
  }

  @Override
  public Torch.Value weights() {
    return weights;
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.close();
    }
    joined.close();
    weights.close();
  }

  /**
   * The sequences of a pass over a {@link SlotPool}, for two attention calls. In the first one each
   * run of rows of one segment reads its own range, causally. In the second one all rows that stand
   * after a prefix read the prefix, together; the others read any slot, and its result is not used.
   */
  private static final class PooledSequences {

    /** Consecutive rows that read the same range. */
    private record Sequence(int rows, int start, int used) {}

    private final List<Sequence> own = new ArrayList<>();
    private final List<Sequence> shared = new ArrayList<>();
    private final IntStream.Builder behindShared = IntStream.builder();
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
      int behind = 0;
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
          behind += count;
        } else {
          shared.add(new Sequence(count, cache.start(segment), 1));
        }
        IntStream.range(0, count).forEach(i -> behindShared.add(shares ? 1 : 0));
      }
      if (behind > 0) {
        shared.add(new Sequence(behind, cache.start(KvCache.PREFIX), prefix));
        sharing = true;
      }
    }

    /** Returns for each row whether it stands after a shared range: 1 or 0. */
    int[] behindShared() {
      return behindShared.build().toArray();
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
     * Returns the number of shared sequences, their most rows and most slots; all 0 where nothing
     * is shared.
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

  /**
   * A cache in a {@link SlotPool}: a range of slots for the prefix, and one for each question, as
   * long as it may become. Caches of other layers have the same ranges.
   */
  private static final class PoolCache extends KvCache {

    private final Torch torch;
    private final SlotPool pool;
    private final boolean alone;
    private final Torch.Value like;
    private final Map<Integer, Range> ranges = new TreeMap<>();
    private int[] places; // of each slot: which one it is in its segment's range

    /** Consecutive slots that caches of different layers have together. */
    private static final class Block {
      private final int start;
      private final int count;
      private int holders;

      Block(int start, int count) {
        this.start = start;
        this.count = count;
      }
    }

    /** The slots of one segment. */
    private static final class Range {
      private final Block block;
      private final int capacity;
      private int used;

      Range(Block block, int capacity) {
        this.block = block;
        this.capacity = capacity;
        block.holders++;
      }
    }

    /**
     * @param alone whether nothing else is in the pool, which is closed with the cache
     */
    PoolCache(
        Torch torch,
        SlotPool pool,
        boolean alone,
        Torch.Value like,
        int from,
        int to,
        int expected) {
      super(from, to, expected);
      this.torch = torch;
      this.pool = pool;
      this.alone = alone;
      this.like = like;
      this.places = new int[expected];
    }

    @Override
    public void reserve(int segment, int slots, KvCache beside) {
      Block taken =
          beside == null
              ? new Block(pool.take(slots), slots)
              : ((PoolCache) beside).ranges.get(segment).block;
      ranges.put(segment, new Range(taken, slots));
    }

    @Override
    public void takeRoom(int[] rowSegments) {
      int needed = used() + rowSegments.length;
      if (needed > places.length) {
        places = Arrays.copyOf(places, needed + needed / 4);
      }
      for (int row = 0; row < rowSegments.length; row++) {
        Range range = ranges.get(rowSegments[row]);
        if (range.used == range.capacity) {
          throw new IllegalStateException("More rows than the " + range.capacity + " slots booked");
        }
        places[used() + row] = range.used++;
      }
    }

    @Override
    void forget(int[] last) {
      for (int segment : last) {
        ranges.get(segment).used--;
      }
    }

    @Override
    void free(int segment) {
      Range range = ranges.remove(segment);
      if (range != null && --range.block.holders == 0) {
        pool.free(range.block.start, range.block.count);
      }
    }

    @Override
    public int evictedSlots() {
      return 0;
    }

    @Override
    void move(int[] slots, int to) {
      for (int i = 0; i < slots.length; i++) {
        places[to + i] = places[slots[i]];
      }
    }

    @Override
    public void copySlots(KvCache prefix, int count, boolean stays) {
      PoolCache source = (PoolCache) prefix;
      pool.copy(source.pool, source.start(PREFIX), start(PREFIX), count, from(), to(), stays);
    }

    @Override
    void takeSlots(KvCache source, int[] from) {
      PoolCache theirs = (PoolCache) source;
      int[] segments = source.segments(source.used()); // some of questions that left
      int[] places =
          IntStream.of(from)
              .map(slot -> theirs.start(segments[slot]) + theirs.places[slot])
              .toArray();
      try (Torch.Value lists = torch.indices(List.of(places, slots(0, from.length)), like)) {
        torch.call("take_slots", pool.slots(), lists, from(), to()).close();
      }
    }

    @Override
    public Torch.Value keys(int layer, int firstSlot, int count) {
      return pooled(KEYS, layer, firstSlot, count);
    }

    @Override
    public Torch.Value values(int layer, int firstSlot, int count) {
      return pooled(VALUES, layer, firstSlot, count);
    }

    private Torch.Value pooled(int kind, int layer, int firstSlot, int count) {
      int[] slots = slots(firstSlot, count);
      try (Torch.Value lists = torch.indices(List.of(slots), like)) {
        return torch.call("pooled", pool.slots(), kind, layer, lists);
      }
    }

    /** Returns where consecutive slots of this cache are in the pool. */
    int[] slots(int firstSlot, int count) {
      int[] segments = segments(firstSlot + count);
      return IntStream.range(firstSlot, firstSlot + count)
          .map(slot -> start(segments[slot]) + places[slot])
          .toArray();
    }

    /**
     * Returns of the first slots, without those of questions that left: where they are in the pool,
     * their segments, and how many tokens they count for.
     */
    List<int[]> weighed(int count) {
      int[] segments = segments(count);
      int[] counts = tokenCounts(count);
      int[] there =
          IntStream.range(0, count).filter(slot -> ranges.containsKey(segments[slot])).toArray();
      return List.of(
          IntStream.of(there).map(slot -> start(segments[slot]) + places[slot]).toArray(),
          IntStream.of(there).map(slot -> segments[slot]).toArray(),
          IntStream.of(there).map(slot -> counts[slot]).toArray());
    }

    /** Returns the pool that the ranges are in. */
    SlotPool pool() {
      return pool;
    }

    /** Returns the first slot of a segment's range. */
    int start(int segment) {
      return ranges.get(segment).block.start;
    }

    /** Returns the used slots of a segment's range. */
    int used(int segment) {
      Range range = ranges.get(segment);
      return range == null ? 0 : range.used;
    }

    @Override
    public void close() {
      List.copyOf(ranges.keySet()).forEach(this::free);
      if (alone) {
        pool.close();
      }
    }
  }
}
