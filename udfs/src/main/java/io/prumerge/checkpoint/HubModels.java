package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubKind;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Models that are called by their names on Hugging Face's hub, in the cache of this host. */
public final class HubModels {

  private HubModels() {}

  /**
   * Returns the folder in the cache of this process's environment that a text names, as {@link
   * HubCache#find} does. It is whole: it has its settings, its tokenizer and all weights.
   *
   * @throws IllegalArgumentException with the command that downloads it
   */
  public static Optional<Path> find(String model) {
    return find(HubCache.ofEnvironment(), model);
  }

  /**
   * Finds a model's snapshot in the given cache.
   *
   * @throws IllegalArgumentException as {@link #find(String)}
   */
  public static Optional<Path> find(HubCache cache, String model) {
    return cache.find(HubKind.MODEL, model, HubModels::missing);
  }

  private static Optional<String> missing(Path folder) {
    if (Adapter.isAdapter(folder)) {
      return Adapter.lacksWeights(folder)
          ? Optional.of("its weights are missing")
          : Optional.empty();
    }
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      return Optional.of("config.json is missing");
    }
    try {
      WeightFiles.requireAll(folder);
    } catch (CheckpointException e) {
      return Optional.of(e.getMessage());
    }
    // A tower reads no text.
    boolean isAble = TowerFolder.isTower(folder) || TokenizerFiles.isIn(folder);
    return isAble ? Optional.empty() : Optional.of("its tokenizer is missing");
  }
}
