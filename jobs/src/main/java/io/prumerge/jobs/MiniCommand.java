package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.SceneTable;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mini}: generates images with ten miniature benchmarks, or clips with one. */
@Command(
    name = "mini",
    description =
        "Generates images and ten miniature benchmarks in official formats, or clips and four tasks"
            + " of MVBench.")
final class MiniCommand implements Callable<Integer> {

  /** The table of the train split: images, objects, labels of patches, captions. */
  static final String SCENES = "scenes.parquet";

  @Spec private CommandSpec spec;

  @Option(
      names = "--split",
      required = true,
      paramLabel = "train|test",
      description = "The splits share no image and no clip; train also writes files for training.")
  private String splitName;

  @Option(
      names = "--seed",
      required = true,
      paramLabel = "S",
      description = "Seed of the scenes or clips.")
  private long seed;

  @Option(
      names = "--video",
      description =
          "Generate clips of 24 frames instead, and four tasks of MVBench about them: evaluate"
              + " --benchmark mvbench --source DIR/mvbench.")
  private boolean video;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "N",
      description =
          "Number of images, or with --video of clips; 500 give standard errors of about 2 points.")
  private int images;

  @Mixin
  private final GivenOption<String> folder =
      CommonOptions.output("A new folder on this machine.").required();

  @Override
  public Integer call() throws IOException {
    Split split = split();
    requirePositive(images);
    Path output = newFolder(folder.get());
    Console console = Console.of(spec.commandLine());
    MiniFolder mini = new MiniFolder(output, console);
    if (video) {
      mini.writeClips(split, seed, images);
      return ExitCode.DONE;
    }
    mini.write(
        split,
        seed,
        images,
        split == Split.TRAIN ? partial -> writeScenes(partial, console) : partial -> {});
    return ExitCode.DONE;
  }

  /**
   * Returns the path of an output on this machine, where there is nothing yet.
   *
   * @throws UsageException also for a folder of another file system, which would else become one of
   *     the same name here
   */
  static Path newFolder(String folder) {
    if (folder.isBlank()) {
      throw new UsageException("--output must not be empty");
    }
    if (folder.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      throw new UsageException(
          Text.format(
              "--output %s names a file system; this command writes to this machine: name a folder"
                  + " by its path alone",
              Location.shown(folder)));
    }
    Path path = Path.of(folder);
    if (Files.exists(path)) {
      throw new UsageException(
          Text.format(
              "--output %s exists already; name a new folder, results are never overwritten",
              folder));
    }
    return path;
  }

  private static void requirePositive(int images) {
    if (images < 1) {
      throw new UsageException(Text.format("--images must be at least 1, it is %d", images));
    }
  }

  private Split split() {
    try {
      return Split.named(splitName);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--split: " + e.getMessage(), e);
    }
  }

  private void writeScenes(Path partial, Console console) {
    try (Sessions sessions = Sessions.of(console, () -> "mini " + Sessions.name(folder.get()))) {
      SparkSession spark = sessions.session();
      console.during(
          "Writing the scenes",
          spark.sparkContext(),
          () -> {
            String table =
                new org.apache.hadoop.fs.Path(partial.resolve(SCENES).toUri()).toString();
            SceneTable.write(spark, seed, Split.TRAIN, images, table);
            return table;
          });
    }
  }
}
