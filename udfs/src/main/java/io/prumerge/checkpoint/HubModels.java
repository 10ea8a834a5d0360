package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubKind;
import io.prumerge.location.ShippedConf;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Models that are called by their names on Hugging Face's hub, in the cache of this host, or as the
 * pages call those that come with this project.
 */
public final class HubModels {

  private HubModels() {}

  /**
   * Returns the folder in the cache of this process's environment that a text names, as {@link
   * HubCache#find} does: it is whole, with its settings, its tokenizer and all weights. Otherwise
   * returns the folder that came with this project, as {@link ShippedConf#find(String)} does.
   *
   * @throws IllegalArgumentException with the command that downloads it
   */
  public static Optional<Path> find(String model) {
    return find(HubCache.ofEnvironment(), model);
  }

  /**
   * Finds a model as {@link #find(String)}, in the given cache.
   *
   * @throws IllegalArgumentException as {@link #find(String)}
   */
  public static Optional<Path> find(HubCache cache, String model) {
    return cache
        .find(HubKind.MODEL, model, HubModels::missing)
        .or(() -> ShippedConf.ofEnvironment().find(model));
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
