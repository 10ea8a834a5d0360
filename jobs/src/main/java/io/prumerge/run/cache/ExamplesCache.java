package io.prumerge.run.cache;

import io.prumerge.benchmark.HubData;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubName;
import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Examples that runs prepare for themselves. A table's name holds a hash of its benchmark, split
 * and wording, of its source's place and of its files' names, sizes and times, and of the code that
 * reads them, so a changed source gets another table. What was not finished is under another name.
 */
public final class ExamplesCache {

  private static final int HASH = 16;
  private static final String ENDING = ".examples";

  /** Changed files that a message names. */
  private static final int MOST_NAMED = 3;

  private final Console console;
  private final Folders folders;
  private final Path root;

  /**
   * @param root folder of the tables; it need not exist
   */
  public ExamplesCache(Folders folders, Console console, Path root) {
    this.console = console;
    this.folders = folders;
    this.root = root;
  }

  /**
   * Returns the tables, after preparing those that are not there.
   *
   * @param asked without their outputs; without a source where the data set on the hub is meant
   * @throws UsageException if a source is not there, with the command that downloads it
   */
  public List<String> prepared(SparkSession spark, List<PrepareOptions> asked) throws IOException {
    List<PrepareOptions> all = located(asked); // refuses any before the first is prepared
    List<String> tables = new ArrayList<>();
    for (PrepareOptions options : all) {
      if (isThere(options, folders)) {
        console.out().println("Prepared before: " + options.output());
      } else {
        new Prepare(spark, console).run(options);
      }
      tables.add(options.output());
    }
    return tables;
  }

  /**
   * Returns the examples of a plan. It needs no session until their tables are asked for.
   *
   * @throws UsageException if a source is not there, with the command that downloads it
   */
  public PlannedExamples planned(List<PrepareOptions> asked) throws IOException {
    return new PlannedExamples(located(asked), folders, root, console);
  }

  private List<PrepareOptions> located(List<PrepareOptions> asked) throws IOException {
    List<PrepareOptions> all = new ArrayList<>();
    for (PrepareOptions options : asked) {
      all.add(located(options));
    }
    return all;
  }

  /**
   * Refuses to go on with a run whose tables were prepared from files that were changed since.
   *
   * @param output the run's folder, for the error
   * @param former the run's tables
   * @throws UsageException naming the files
   */
  public void requireUnchanged(String output, List<String> former, List<PrepareOptions> asked)
      throws IOException {
    for (PrepareOptions options : former.isEmpty() ? List.<PrepareOptions>of() : located(asked)) {
      Path now = new Path(options.output());
      for (String table : former) {
        Path then = new Path(table);
        if (!then.equals(now)
            && Objects.equals(then.getParent(), now.getParent())
            && isOfOtherFiles(then.getName(), now.getName())) {
          throw new UsageException(
              Wording.of(
                  "Cannot resume %s with other questions: since %s was prepared for it, %s; restore"
                      + " what was there, or start in a new folder",
                  output, options.benchmark().name(), changes(options, then)));
        }
      }
    }
  }

  /** Returns whether two tables are of the same but for the hash at their names' ends. */
  private static boolean isOfOtherFiles(String then, String now) {
    return !then.equals(now)
        && then.length() == now.length()
        && now.regionMatches(0, then, 0, now.length() - HASH - ENDING.length());
  }

  /** Says which files of a source were changed after a table was prepared, as far as is known. */
  private String changes(PrepareOptions options, Path then) throws IOException {
    List<Path> sources = options.sources().stream().map(Path::new).toList();
    Optional<Long> prepared = ExamplesManifest.writtenAt(folders.fileSystem(then), then);
    List<String> changed =
        prepared.isEmpty()
            ? List.of()
            : new SourceFiles(sources, folders.hadoop())
                .changedAfter(prepared.get()).stream()
                    .map(
                        file ->
                            String.format(
                                Locale.ROOT,
                                "%s (at %s)",
                                file.getPath(),
                                Instant.ofEpochMilli(file.getModificationTime())))
                    .toList();
    if (changed.isEmpty()) {
      return "its definition, its files below "
          + String.join(", ", options.sources())
          + " or the code that reads them are others, though no file there is newer";
    }
    return String.join(", ", changed.subList(0, Math.min(MOST_NAMED, changed.size())))
        + (changed.size() > MOST_NAMED
            ? String.format(
                Locale.ROOT, " and %,d more files were changed", changed.size() - MOST_NAMED)
            : changed.size() > 1 ? " were changed" : " was changed");
  }

  /** Returns whether the table of located options is there. */
  static boolean isThere(PrepareOptions options, Folders folders) throws IOException {
    Path table = new Path(options.output());
    return Prepare.isThere(table, folders.fileSystem(table));
  }

  private PrepareOptions located(PrepareOptions options) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String source : options.sources()) {
      sources.add(folders.source(source));
    }
    if (sources.isEmpty()) {
      sources.add(onHub(options));
    }
    return options.of(sources.stream().map(Path::toString).toList(), table(options, sources));
  }

  /** Returns the benchmark's data set in Hugging Face's cache, under any of its names. */
  private static Path onHub(PrepareOptions options) {
    HubData data =
        options
            .benchmark()
            .hubData()
            .orElseThrow(
                () ->
                    new UsageException(
                        Wording.of(
                            "%s has no known data set on the hub: give its files by %s",
                            options.benchmark().name(), Setting.SOURCE)));
    HubCache cache = HubCache.ofEnvironment();
    HubName name =
        data.names().stream()
            .filter(one -> cache.snapshot(one).isPresent())
            .findFirst()
            .orElse(data.names().get(0));
    try {
      return new Path(cache.whole(name, data.files(), snapshot -> Optional.empty()).toUri());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          Wording.of(
              "Cannot prepare %s without %s: %s",
              options.benchmark().name(), Setting.SOURCE, e.getMessage()),
          e);
    }
  }

  private String table(PrepareOptions options, List<Path> sources) throws IOException {
    List<String> parts = new ArrayList<>(List.of(CodeDigest.ofReading()));
    options.benchmark().definition().ifPresent(parts::add);
    for (Path source : sources) {
      parts.add(source.toString());
    }
    parts.addAll(
        console.during(
            "Looking for changed files of " + options.benchmark().name(),
            () -> new SourceFiles(sources, folders.hadoop()).states(file -> false)));
    String hash = Sha256.hex(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    String name =
        String.format(
            Locale.ROOT,
            "%s-%s-%s-%s" + ENDING,
            options.benchmark().name(),
            options.splitName(),
            options.prompts().name(),
            hash.substring(0, HASH));
    return new Path(root, name).toString();
  }
}
