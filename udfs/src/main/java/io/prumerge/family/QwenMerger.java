package io.prumerge.family;

import io.prumerge.architecture.MlpConnector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The connector of Qwen2-VL and later ones: the patches of a block of 2 x 2 concatenated, each
 * after a norm, through two linear layers. Qwen3-VL has another one for each level in addition to
 * the last layer's, whose norm is of the whole block.
 *
 * @param in width of a block
 * @param width hidden size of the decoder
 * @param kind of the tower
 * @param deeper how many levels there are in addition to the last layer's
 */
record QwenMerger(long in, long width, QwenKind kind, int deeper) implements RowConnector {

  private static final long PATCHES = 4;

  @Override
  public String function() {
    return "project_blocks";
  }

  @Override
  public WeightBlock layers() {
    return kind == QwenKind.QWEN3_VL
        ? block("merger.", in / PATCHES, "norm", "linear_fc1", "linear_fc2")
        : block("merger.", in / PATCHES, "ln_q", "mlp.0", "mlp.2");
  }

  @Override
  public List<WeightBlock> levels() {
    return IntStream.range(0, deeper)
        .mapToObj(level -> "deepstack_merger_list." + level + ".")
        .map(name -> block(name, in, "norm", "linear_fc1", "linear_fc2"))
        .toList();
  }

  private WeightBlock block(String name, long normed, String norm, String linear1, String linear2) {
    return MlpConnector.NORMED.block(
        QwenTower.PREFIX + name,
        List.of(
            Weight.other("norm", norm + ".weight", normed),
            Weight.bias("norm_bias", norm, normed, kind != QwenKind.QWEN2_5_VL),
            Weight.matrix("linear1", linear1, in, in),
            Weight.other("linear1_bias", linear1 + ".bias", in),
            Weight.matrix("linear2", linear2, width, in),
            Weight.other("linear2_bias", linear2 + ".bias", width)));
  }
}
