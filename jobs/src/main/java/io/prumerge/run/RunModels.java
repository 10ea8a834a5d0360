package io.prumerge.run;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.size.Tiling;
import io.prumerge.settings.ModelFileHashes;
import io.prumerge.settings.ModelHashes;
import io.prumerge.settings.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the models of runs say of themselves, if their folders still exist on this host.
 *
 * @param shapes known dimensions by run id
 * @param tilings likewise the grids of models that see images in tiles
 */
record RunModels(Map<String, ModelShape> shapes, Map<String, Tiling> tilings) {

  RunModels {
    shapes = Map.copyOf(shapes);
    tilings = Map.copyOf(tilings);
  }

  static RunModels of(Collection<Manifest> runs) {
    Map<String, ModelShape> shapes = new HashMap<>();
    Map<String, Tiling> tilings = new HashMap<>();
    for (Manifest run : runs) {
      Optional<LlavaConfig> config = config(run.configuration());
      config.ifPresent(known -> shapes.put(run.runId(), ModelShape.of(known)));
      config
          .flatMap(known -> known.family().tiling())
          .ifPresent(tiling -> tilings.put(run.runId(), tiling));
    }
    return new RunModels(shapes, tilings);
  }

  /**
   * Returns a model's settings; empty if its folder is gone, is on another file system, cannot be
   * read, or has changed its settings: the answers are there without it.
   */
  private static Optional<LlavaConfig> config(RunConfiguration configuration) {
    try {
      ModelFolders folders = ModelFolders.parse(configuration.model());
      return Files.isDirectory(folders.base())
              && ModelFileHashes.settings(folders, configuration.protocol())
                  .equals(configuration.hashes().map(ModelHashes::configSha256).orElse(""))
          ? Optional.of(Checkpoint.configuration(folders).within(configuration.bounds()))
          : Optional.empty();
    } catch (InvalidPathException | CheckpointException | IOException e) {
      return Optional.empty();
    }
  }
}
