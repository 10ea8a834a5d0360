package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Low-rank adapters of all linear layers of the decoder, as peft names them: each adds a multiple
 * of lora_B lora_A to its matrix.
 *
 * @param decoder whose matrices they adapt
 * @param rank rows of lora_A and columns of lora_B
 */
public record LlamaLora(LlamaWeights decoder, long rank) implements PartWeights {

  /** The struct of {@link #layer}. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "LlamaLora",
          "q_a",
          "q_b",
          "k_a",
          "k_b",
          "v_a",
          "v_b",
          "o_a",
          "o_b",
          "gate_a",
          "gate_b",
          "up_a",
          "up_b",
          "down_a",
          "down_b");

  private static final String MATRIX = ".weight";

  /**
   * Returns one decoder layer: for the field {@code f} of its matrix [out, in], {@code f_a} and
   * {@code f_b}.
   */
  public WeightBlock layer(int layer) {
    WeightBlock adapted = decoder.layer(layer);
    List<Weight> weights = new ArrayList<>();
    for (Weight matrix : adapted.weights()) {
      if (matrix.use() != WeightUse.OTHER) {
        String name = matrix.tensor();
        String module = name.substring(0, name.length() - MATRIX.length());
        long out = matrix.shape().get(0);
        long in = matrix.shape().get(1);
        weights.add(Weight.matrix(matrix.field() + "_a", module + ".lora_A", rank, in));
        weights.add(Weight.matrix(matrix.field() + "_b", module + ".lora_B", out, rank));
      }
    }
    return LAYER.block(adapted.prefix(), weights);
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    for (int layer = 0; layer < decoder.layers(); layer++) {
      blocks.add(layer(layer));
    }
    return blocks;
  }
}
