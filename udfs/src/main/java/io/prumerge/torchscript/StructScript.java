package io.prumerge.torchscript;

import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;

/**
 * Writes the TorchScript of the structs that hold a part's weights, one field for each declared
 * weight, and of the functions {@code pack<Struct>} and {@code pack<Struct>s} that fill them.
 */
final class StructScript {

  private static final String MODULE = "__torch__.parts.weights.";

  private StructScript() {}

  /**
   * Returns the text of one module.
   *
   * @param blocks one for each struct, of any model
   */
  static String of(List<WeightBlock> blocks) {
    StringBuilder text = new StringBuilder("# Generated from the declared weights.\n");
    for (WeightBlock block : blocks) {
      struct(block, text);
      pack(block, text);
    }
    return text.toString();
  }

  private static void struct(WeightBlock block, StringBuilder text) {
    text.append("\nclass ").append(block.struct()).append("(NamedTuple):\n");
    for (Weight weight : block.weights()) {
      String type = weight.optional() ? "Optional[Tensor]" : "Tensor";
      text.append("  ").append(weight.field()).append(" : ").append(type).append('\n');
    }
  }

  // at: the place of each field's tensor in w, -1 for none.
  private static void pack(WeightBlock block, StringBuilder text) {
    String struct = MODULE + block.struct();
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < block.weights().size(); i++) {
      String field =
          block.weights().get(i).optional()
              ? "__torch__.parts.ops.optional(w, at[%d])"
              : "w[at[%d]]";
      fields.append(i == 0 ? "" : ", ").append(field.replace("%d", Integer.toString(i)));
    }
    text.append(
        """

        def pack@(w: List[Tensor], at: List[int]) -> STRUCT:
          return STRUCT(FIELDS)

        def pack@s(w: List[Tensor], at: List[List[int]]) -> List[STRUCT]:
          packed = annotate(List[STRUCT], [])
          for i in range(torch.len(at)):
            _0 = torch.append(packed, __torch__.parts.weights.pack@(w, at[i]))
          return packed
        """
            .replace("@", block.struct())
            .replace("STRUCT", struct)
            .replace("FIELDS", fields));
  }
}
