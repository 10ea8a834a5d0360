package io.prumerge.run;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.CheckpointException;
import io.prumerge.cost.ModelShape;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Dimensions of the models that runs were made with, where their folders still lie here. */
final class RunShapes {

  private RunShapes() {}

  /** By run; those of which nothing is known are absent. */
  static Map<String, ModelShape> of(Collection<Manifest> runs) throws IOException {
    Map<String, ModelShape> shapes = new HashMap<>();
    for (Manifest run : runs) {
      shape(run.configuration()).ifPresent(shape -> shapes.put(run.runId(), shape));
    }
    return shapes;
  }

  /** Nothing where the folder is gone, lies elsewhere, or holds other settings than then. */
  private static Optional<ModelShape> shape(RunConfiguration configuration) throws IOException {
    try {
      Path folder = Path.of(configuration.model());
      return Files.isDirectory(folder)
              && Configurations.settingsSha256(folder).equals(configuration.configSha256())
          ? Optional.of(ModelShape.of(Checkpoint.configuration(folder)))
          : Optional.empty();
    } catch (InvalidPathException | CheckpointException e) {
      return Optional.empty();
    }
  }
}
