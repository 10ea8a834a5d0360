package io.prumerge.architecture;

/**
 * The structs of a vision tower over views of any size ({@link TowerKind#anySize}), whose patches
 * are packed into one sequence: queries and keys turn by a patch's row and column, and queries,
 * keys and values come from one matrix.
 */
public final class PackedTower {

  /** Patches, and learned positions, between which those of a view are interpolated. */
  public static final WeightStruct EMBEDDINGS =
      WeightStruct.of("PackedTowerEmbeddings", "patches", "patch_bias?", "positions?");

  /** One layer: norms without biases are RMSNorms, and the MLP may have a gate. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "PackedTowerLayer",
          "norm1",
          "norm1_bias?",
          "qkv",
          "qkv_bias",
          "out",
          "out_bias",
          "norm2",
          "norm2_bias?",
          "fc_gate?",
          "fc_gate_bias?",
          "fc1",
          "fc1_bias",
          "fc2",
          "fc2_bias");

  private PackedTower() {}
}
