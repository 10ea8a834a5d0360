package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of one sequence group that are the queries of an attention which is evidence, and the
 * numbers that this takes on the device, in one copy.
 *
 * @param x their inputs of the layer [rows, D]
 * @param lists places, positions, segments and slots of these rows, segments of the slots,
 *     positions of the visual tokens, positions of the block's prefix and of its rows after it, and
 *     the slots of the visual tokens, where there is text between them; positions as {@link
 *     KvCache#ropePositions} gives them. Slots are those of the prefix and of the block's rows: not
 *     those of other questions
 * @param count number of rows
 * @param ropeLength length of the sequence for rotations that follow it
 */
public record QueryRows(Torch.Value x, Torch.Value lists, int count, int ropeLength)
    implements AutoCloseable {

  /** The list of the positions of a block's prefix. */
  public static final int PREFIX_POSITIONS = 6;

  /** The list of the positions of its other rows. */
  public static final int OTHER_POSITIONS = 7;

  /** The list of the visual tokens' slots; there is none where they follow each other. */
  static final int VISUAL_SLOTS = 8;

  /**
   * Takes the rows out of a pass.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   * @param queries the rows among the group's
   * @param columns positions of the visual tokens, where they are wanted
   * @param slots of the visual tokens
   */
  public static QueryRows of(
      LanguageModel model,
      PackBlock block,
      Torch.Value x,
      int start,
      int[] queries,
      int[] columns,
      VisualSlots slots) {
    Rows rows = block.rows();
    int[] places = IntStream.of(queries).map(row -> row - block.start()).toArray();
    int[] positions = rows.positions();
    KvCache cache = rows.cache();
    int shared = rows.shared();
    List<int[]> lists = new ArrayList<>();
    lists.add(IntStream.of(queries).map(row -> start + row).toArray());
    lists.add(cache.ropePositions(IntStream.of(places).map(place -> positions[place]).toArray()));
    lists.add(IntStream.of(places).map(place -> rows.segments()[place]).toArray());
    lists.add(IntStream.of(places).map(place -> shared + place).toArray());
    lists.add(
        IntStream.concat(
                IntStream.generate(() -> KvCache.PREFIX).limit(shared),
                IntStream.of(rows.segments()))
            .toArray());
    lists.add(cache.ropePositions(columns));
    lists.add(cache.ropePositions(IntStream.of(positions).limit(block.prefix()).toArray()));
    lists.add(cache.ropePositions(IntStream.of(positions).skip(block.prefix()).toArray()));
    if (!slots.adjacent()) {
      lists.add(slots.after(0));
    }
    Torch.Value onDevice = model.indices(lists);
    try {
      Torch.Value hidden = model.evidence().rows(x, onDevice, 0);
      return new QueryRows(hidden, onDevice, queries.length, rows.ropeLength());
    } catch (RuntimeException e) {
      onDevice.close();
      throw e;
    }
  }

  @Override
  public void close() {
    x.close();
    lists.close();
  }
}
