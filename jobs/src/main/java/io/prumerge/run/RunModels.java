package io.prumerge.run;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.Tiling;
import io.prumerge.lang.Text;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.Report;
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
 * @param asPictures a sentence of each run that showed videos within the bounds of pictures
 */
record RunModels(
    Map<String, ModelShape> shapes, Map<String, Tiling> tilings, Map<String, String> asPictures) {

  RunModels {
    shapes = Map.copyOf(shapes);
    tilings = Map.copyOf(tilings);
    asPictures = Map.copyOf(asPictures);
  }

  static RunModels of(Collection<Manifest> runs) {
    Map<String, ModelShape> shapes = new HashMap<>();
    Map<String, Tiling> tilings = new HashMap<>();
    Map<String, String> asPictures = new HashMap<>();
    for (Manifest run : runs) {
      try {
        RunConfiguration asked = run.configuration();
        Optional<LlavaConfig> files = files(asked);
        files
            .map(known -> known.within(asked.givenBounds()))
            .ifPresent(known -> shapes.put(run.runId(), ModelShape.of(known)));
        files
            .flatMap(known -> known.family().tiling())
            .ifPresent(tiling -> tilings.put(run.runId(), tiling));
        files
            .flatMap(known -> asPictures(asked, known))
            .ifPresent(sentence -> asPictures.put(run.runId(), sentence));
      } catch (InvalidPathException | CheckpointException | IOException e) {
        continue; // the answers are there without it
      }
    }
    return new RunModels(shapes, tilings, asPictures);
  }

  /** Returns a report with what is wrong with what its runs showed, a sentence each. */
  Report noted(Report report) {
    MethodNames names = report.names();
    return report.noting(
        names.all().stream()
            .map(MethodKey::runId)
            .distinct()
            .filter(asPictures::containsKey)
            .map(run -> names.run(run) + ": " + asPictures.get(run))
            .toList());
  }

  /**
   * Says that a run of an earlier version gave a video's frames the bounds of pictures that the
   * model's files state, as if a user had given them. Of bounds that are those of the files, its
   * record does not tell who gave them.
   */
  private static Optional<String> asPictures(RunConfiguration run, LlavaConfig files) {
    if (run.left().isPresent() || run.protocol().isEmpty()) {
      return Optional.empty();
    }
    ImageBounds had = run.bounds();
    ImageBounds own = files.bounds();
    ImageBounds given =
        new ImageBounds(
            had.minPixels() == own.minPixels() ? 0 : had.minPixels(),
            had.maxPixels() == own.maxPixels() ? 0 : had.maxPixels(),
            had.square());
    ImageBounds shown = files.within(had).frameBounds();
    return shown.equals(files.within(given).frameBounds())
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "an earlier version showed its videos within the bounds of pictures, %s a frame,"
                    + " where the model's video processor has %s; unless you gave these bounds, ask"
                    + " again in a new folder",
                shown, files.frameBounds()));
  }

  /**
   * Returns what a model's files say; empty if its folder is gone, is on another file system, or
   * has changed its settings.
   *
   * @throws CheckpointException if they cannot be read
   */
  private static Optional<LlavaConfig> files(RunConfiguration configuration) throws IOException {
    ModelFolders folders = ModelFolders.parse(configuration.model());
    return Files.isDirectory(folders.base())
            && ModelFileHashes.settings(folders, configuration.protocol())
                .equals(configuration.hashes().map(ModelHashes::configSha256).orElse(""))
        ? Optional.of(Checkpoint.configuration(folders))
        : Optional.empty();
  }
}
