package io.prumerge.architecture;

import java.util.List;

/**
 * One tensor of a part.
 *
 * @param field name in the part's TorchScript struct
 * @param tensor name in the checkpoint, behind its block's prefix
 * @param shape [out, in] for the matrix of a linear layer
 * @param use what the forward pass does with it
 * @param need whether a checkpoint has it
 */
public record Weight(String field, String tensor, List<Long> shape, Use use, Need need) {

  /** What the forward pass does with a tensor. */
  public enum Use {
    /** Multiplies every row of activations by it. */
    PRODUCT,
    /** Does the same, and the result goes to the cache. */
    CACHED_PRODUCT,
    /** Adds it, scales by it or looks rows up in it. */
    OTHER
  }

  /** Whether a checkpoint has a tensor. */
  public enum Need {
    /** Every checkpoint of this architecture has it. */
    ALWAYS,
    /** Some checkpoints of this architecture have it, and this one does. */
    CHOSEN,
    /** Some checkpoints of this architecture have it, and this one does not. */
    ABSENT,
    /** A checkpoint may have it; nothing reads it. */
    UNREAD
  }

  public Weight {
    shape = List.copyOf(shape);
  }

  static Weight matrix(String field, String module, Use use, long out, long in) {
    return new Weight(field, module + ".weight", List.of(out, in), use, Need.ALWAYS);
  }

  static Weight matrix(String field, String module, long out, long in) {
    return matrix(field, module, Use.PRODUCT, out, in);
  }

  static Weight other(String field, String tensor, Long... shape) {
    return new Weight(field, tensor, List.of(shape), Use.OTHER, Need.ALWAYS);
  }

  /** The bias of a linear layer that has one in some checkpoints only. */
  static Weight bias(String field, String module, long out, boolean has) {
    Need need = has ? Need.CHOSEN : Need.ABSENT;
    return new Weight(field, module + ".bias", List.of(out), Use.OTHER, need);
  }

  Weight unread() {
    return new Weight(field, tensor, shape, use, Need.UNREAD);
  }

  /** Whether the struct's field may be empty. */
  public boolean optional() {
    return need == Need.CHOSEN || need == Need.ABSENT;
  }

  /** Whether the forward pass reads it. */
  public boolean read() {
    return need == Need.ALWAYS || need == Need.CHOSEN;
  }

  /** Number of elements; an overflow is an {@link ArithmeticException}. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
