package io.prumerge.run;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.cost.ModelShape;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Dimensions of the models of runs, if their folders still exist on this host. */
final class RunShapes {

  private RunShapes() {}

  /** Returns the known dimensions by run id. */
  static Map<String, ModelShape> of(Collection<Manifest> runs) throws IOException {
    Map<String, ModelShape> shapes = new HashMap<>();
    for (Manifest run : runs) {
      shape(run.configuration()).ifPresent(shape -> shapes.put(run.runId(), shape));
    }
    return shapes;
  }

  /**
   * Returns a model's dimensions; empty if its folder is gone, is on another file system, or has
   * changed its settings.
   */
  private static Optional<ModelShape> shape(RunConfiguration configuration) throws IOException {
    try {
      ModelFolders folders = ModelFolders.parse(configuration.model());
      return Files.isDirectory(folders.base())
              && Configurations.settingsSha256(folders).equals(configuration.configSha256())
          ? Optional.of(ModelShape.of(Checkpoint.configuration(folders)))
          : Optional.empty();
    } catch (InvalidPathException | CheckpointException e) {
      return Optional.empty();
    }
  }
}
