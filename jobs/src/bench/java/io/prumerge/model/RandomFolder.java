package io.prumerge.model;

import io.prumerge.architecture.PartWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A checkpoint with random weights, as {@link RandomCheckpoint} is a LLaVA, of a family whose
 * configuration says which tensors there are and whose tokenizer is one of bytes.
 *
 * @param label a folder's name
 * @param vocabulary at least that of the checkpoint whose tokenizer is borrowed
 * @param files the settings, by the names of their files
 * @param published a tensor's name in published checkpoints, from that which the engine asks for
 */
public record RandomFolder(
    String label, int vocabulary, Map<String, String> files, UnaryOperator<String> published) {

  private static final String WEIGHTS = "model.safetensors";

  public RandomFolder {
    files = Map.copyOf(files);
  }

  /**
   * Writes the folder unless it is there already.
   *
   * @param small a checkpoint of the family whose tokenizer is borrowed, with the ids of its
   *     special tokens
   */
  public void write(Path folder, Path small) throws IOException {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return;
    }
    Files.createDirectories(folder);
    for (String same : new String[] {"generation_config.json", "tokenizer_config.json"}) {
      Files.write(folder.resolve(same), Files.readAllBytes(small.resolve(same)));
    }
    RandomCheckpoint.writeTokenizer(folder, small, "id", vocabulary);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Path part = folder.resolve(WEIGHTS + ".part");
    RandomWeights.write(part, tensors(Checkpoint.configuration(folder)));
    Files.move(part, folder.resolve(WEIGHTS)); // last: a folder with it is whole
  }

  private Map<String, int[]> tensors(LlavaConfig config) {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    for (PartWeights part : config.parts()) {
      for (WeightBlock block : part.blocks()) {
        for (Weight weight : block.weights()) {
          if (weight.read()) {
            tensors.put(
                published.apply(block.name(weight)),
                weight.stored().stream().mapToInt(Math::toIntExact).toArray());
          }
        }
      }
    }
    return tensors;
  }
}
