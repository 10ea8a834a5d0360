package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One tensor of a part, or some of its rows.
 *
 * @param field name in the part's TorchScript struct
 * @param tensor name in the checkpoint, after its block's prefix
 * @param shape [out, in] for the matrix of a linear layer
 * @param use what the forward pass does with it
 * @param need whether a checkpoint has it
 * @param slice which of the tensor's rows it is; empty if it is the tensor
 */
public record Weight(
    String field,
    String tensor,
    List<Long> shape,
    WeightUse use,
    WeightNeed need,
    Optional<WeightSlice> slice) {

  public Weight {
    shape = List.copyOf(shape);
  }

  /** A whole tensor. */
  public Weight(String field, String tensor, List<Long> shape, WeightUse use, WeightNeed need) {
    this(field, tensor, shape, use, need, Optional.empty());
  }

  static Weight matrix(String field, String module, WeightUse use, long out, long in) {
    return new Weight(field, module + ".weight", List.of(out, in), use, WeightNeed.ALWAYS);
  }

  /** Returns the matrix of a linear layer. */
  public static Weight matrix(String field, String module, long out, long in) {
    return matrix(field, module, WeightUse.PRODUCT, out, in);
  }

  /** Returns a tensor that is no matrix of a product. */
  public static Weight other(String field, String tensor, Long... shape) {
    return new Weight(field, tensor, List.of(shape), WeightUse.OTHER, WeightNeed.ALWAYS);
  }

  /** Returns the bias of a linear layer that has one in some checkpoints only. */
  public static Weight bias(String field, String module, long out, boolean has) {
    return other(field, module + ".bias", out).only(has);
  }

  /** Returns a field that no checkpoint of this architecture fills. */
  public static Weight absent(String field) {
    return other(field, field).only(false);
  }

  Weight unread() {
    return new Weight(field, tensor, shape, use, WeightNeed.UNREAD, slice);
  }

  /** Returns this weight as an optional one: some checkpoints of this architecture lack it. */
  public Weight only(boolean has) {
    return new Weight(
        field, tensor, shape, use, has ? WeightNeed.CHOSEN : WeightNeed.ABSENT, slice);
  }

  /** Returns this weight as one of several equal parts of a tensor, stacked by rows. */
  public Weight part(int index, int parts) {
    return part(index, parts, 1);
  }

  /** Returns this weight as one of several equal parts of each group of a tensor's rows. */
  public Weight part(int index, int parts, int groups) {
    long rows = shape.get(0);
    WeightSlice slice = new WeightSlice(index * rows / groups, parts * rows, groups);
    return new Weight(field, tensor, shape, use, need, Optional.of(slice));
  }

  /** Returns the shape of the tensor. */
  public List<Long> stored() {
    List<Long> stored = new ArrayList<>(shape);
    slice.ifPresent(rows -> stored.set(0, rows.rows()));
    return stored;
  }

  /** Returns whether the struct's field may be empty. */
  public boolean optional() {
    return need != WeightNeed.ALWAYS;
  }

  /** Returns whether the forward pass reads it. */
  public boolean read() {
    return need == WeightNeed.ALWAYS || need == WeightNeed.CHOSEN;
  }

  /** Returns the number of elements; an overflow is an {@link ArithmeticException}. */
  public long elements() {
    return product(shape);
  }

  /** Returns the number of elements of the whole tensor that this weight is stored in. */
  public long storedElements() {
    return product(stored());
  }

  private static long product(List<Long> sizes) {
    return sizes.stream().reduce(1L, Math::multiplyExact);
  }
}
