package io.prumerge;

import io.prumerge.architecture.PartWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightNeed;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.SafetensorsStart;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.config.LlavaConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights of large models that take no room on a disk: a header, and zeros that are holes. */
public final class SparseWeights {

  public static final String FILE = "model.safetensors";

  private SparseWeights() {}

  /** Writes all weights that the configuration in a model's folder asks for. */
  public static void write(Path model, TensorType type) throws IOException {
    SortedMap<String, List<Long>> shapes = shapes(Checkpoint.configuration(model));
    byte[] start = SafetensorsStart.of(shapes, type);
    long elements =
        shapes.values().stream()
            .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
            .sum();
    try (RandomAccessFile file = new RandomAccessFile(model.resolve(FILE).toFile(), "rw")) {
      file.write(start);
      file.setLength(start.length + type.bytes() * elements);
    }
  }

  private static SortedMap<String, List<Long>> shapes(LlavaConfig config) {
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    for (PartWeights part : config.parts()) {
      for (WeightBlock block : part.blocks()) {
        for (Weight weight : block.weights()) {
          if (weight.need() != WeightNeed.ABSENT) {
            shapes.put(block.name(weight), weight.stored());
          }
        }
      }
    }
    return shapes;
  }
}
