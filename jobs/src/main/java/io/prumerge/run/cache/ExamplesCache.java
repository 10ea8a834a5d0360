package io.prumerge.run.cache;

import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubName;
import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.FrameChoice;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.prepare.PrepareRequest;
import io.prumerge.source.FileStates;
import io.prumerge.source.RowSource;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TableVersion;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Examples that runs prepare for themselves: of a run with a limit its first questions alone,
 * unless a table of all is there. A table's name holds the limit and a hash of its benchmark, split
 * and wording, of how its videos' frames are chosen, of its source's place and of its files, as
 * {@link FileStates} has them, or its table's version, and of the code that reads them, so a
 * changed source gets another table. What was not finished is under another name.
 */
public final class ExamplesCache {

  private static final int HASH = 16;
  private static final String ENDING = ".examples";

  /** Stands before the number of questions of a table that has not all. */
  private static final String FIRST = "first";

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
   * A benchmark with its sources and where its table is or would be.
   *
   * @param version of the catalog's table that the questions come from, if they come from one
   * @param unread which files its name knows by length and time alone, if there are such
   */
  record Located(PrepareOptions options, Optional<TableVersion> version, Optional<String> unread) {}

  /**
   * Returns the tables, after preparing those that are not there.
   *
   * @param asked without their outputs; without a source where the data set on the hub is meant
   * @param begun versions of catalogs' tables that a run began with, which then are read; of others
   *     the newest
   * @throws UsageException if a source is not there, with the command that downloads it
   */
  public List<String> prepared(
      SparkSession spark, List<PrepareOptions> asked, List<TableVersion> begun) throws IOException {
    List<Located> all = new ArrayList<>();
    for (PrepareOptions options : asked) { // refuses any before the first is prepared
      all.add(located(spark, options, begun));
    }
    List<String> tables = new ArrayList<>();
    for (Located one : all) {
      if (isThere(one)) {
        Path table = new Path(one.options().output());
        console.out().println("Prepared before: " + table);
        one.unread().ifPresent(sentence -> console.say("%s", sentence));
        ExamplesManifest.read(folders.fileSystem(table), table)
            .ifPresent(manifest -> console.say("Counted %s", manifest.sentence()));
      } else {
        new Prepare(spark, console)
            .prepare(new PrepareRequest(one.options(), one.version(), false));
      }
      tables.add(one.options().output());
    }
    return tables;
  }

  /**
   * Returns the examples of a plan. It needs no session until their tables are asked for.
   *
   * @param begun as {@link #prepared} has it
   * @throws UsageException if a source is not there, with the command that downloads it
   */
  public PlannedExamples planned(List<PrepareOptions> asked, List<TableVersion> begun)
      throws IOException {
    return new PlannedExamples(asked, begun, this, folders, root, console);
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
    for (PrepareOptions given : former.isEmpty() ? List.<PrepareOptions>of() : asked) {
      if (TableSource.of(given.benchmark(), given.sources()).isPresent()) {
        continue; // it is read as it was
      }
      PrepareOptions options = located(given).options();
      Path now = new Path(options.output());
      for (String table : former) {
        Path then = new Path(table);
        if (!then.equals(now)
            && Objects.equals(then.getParent(), now.getParent())
            && isOfOtherFiles(then.getName(), now.getName())) {
          throw new UsageException(
              Wording.of(
                  "Cannot resume %s with other questions: since %s was prepared for it, %s; restore"
                      + " what was there, go on with the run's own questions by %s %s in place of"
                      + " %s, or start in a new folder",
                  output,
                  options.benchmark().name(),
                  changes(options, then),
                  Setting.EXAMPLES,
                  String.join(" ", former),
                  Setting.BENCHMARK));
        }
      }
    }
  }

  /** Returns whether two tables are of the same but for the hash at their names' ends. */
  private static boolean isOfOtherFiles(String then, String now) {
    int end = then.length() - HASH - ENDING.length();
    return end > 0
        && !then.endsWith(now.substring(now.length() - HASH - ENDING.length()))
        && withoutLimit(then.substring(0, end))
            .equals(withoutLimit(now.substring(0, now.length() - HASH - ENDING.length())));
  }

  private static String withoutLimit(String beginning) {
    return beginning.replaceFirst(FIRST + "[0-9]+-$", "");
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
                            Text.format(
                                "%s (at %s)",
                                file.getPath(), Instant.ofEpochMilli(file.getModificationTime())))
                    .toList();
    if (changed.isEmpty()) {
      return "its definition, its files below "
          + String.join(", ", options.sources())
          + " or the code that reads them are others, though no file there is newer";
    }
    return String.join(", ", changed.subList(0, Math.min(MOST_NAMED, changed.size())))
        + (changed.size() > MOST_NAMED
            ? Text.format(" and %,d more files were changed", changed.size() - MOST_NAMED)
            : changed.size() > 1 ? " were changed" : " was changed");
  }

  /** Returns whether the table of a benchmark is there. */
  boolean isThere(Located one) throws IOException {
    Path table = new Path(one.options().output());
    return Prepare.isThere(table, folders.fileSystem(table));
  }

  /** Locates a benchmark whose questions may come from a table. */
  Located located(SparkSession spark, PrepareOptions options, List<TableVersion> begun)
      throws IOException {
    Optional<TableSource> table = TableSource.of(options.benchmark(), options.sources());
    return table.isEmpty()
        ? located(options)
        : located(
            options, table.map(TableSource::name), Optional.of(version(spark, table.get(), begun)));
  }

  /** Locates a benchmark whose questions come from files. */
  Located located(PrepareOptions options) throws IOException {
    return located(options, Optional.empty(), Optional.empty());
  }

  private Located located(
      PrepareOptions options, Optional<RowSource> name, Optional<TableVersion> version)
      throws IOException {
    List<Path> files = new ArrayList<>(folders.sources(options.sources()));
    if (files.isEmpty() && name.isEmpty()) {
      files.add(onHub(options));
    }
    List<String> sources =
        Stream.concat(name.map(RowSource::toString).stream(), files.stream().map(Path::toString))
            .toList();
    FileStates states =
        console.during(
            "Looking for changed files of " + options.benchmark().name(),
            () -> new SourceFiles(files, folders.hadoop()).states(file -> false).read());
    String hash = hash(options, sources, states, version);
    Optional<String> unread = states.unread();
    Located asked = new Located(options.of(sources, table(options, hash)), version, unread);
    PrepareOptions all = options.whole();
    Located whole = new Located(all.of(sources, table(all, hash)), version, unread);
    return !isThere(asked) && isThere(whole) ? whole : asked;
  }

  /** Returns the version of a table that is to be read. */
  private TableVersion version(SparkSession spark, TableSource table, List<TableVersion> begun)
      throws IOException {
    Optional<TableVersion> before = table.among(begun);
    if (before.filter(TableVersion::hasVersions).isPresent()) {
      return before.get();
    }
    TableVersion now =
        console.during(
            "Looking at " + table.name(),
            spark.sparkContext(),
            () -> table.open(spark).content(table.columns()));
    if (!now.isStill(before.orElse(now))) {
      throw new Failure(
          Text.format(
              "Cannot continue the run: %s has other rows than when it began (%s, now %s), and no"
                  + " version of before to read; restore its rows, or begin another run",
              table.name(), before.orElse(now), now));
    }
    return before.orElse(now);
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

  private String hash(
      PrepareOptions options,
      List<String> sources,
      FileStates states,
      Optional<TableVersion> version) {
    List<String> parts = new ArrayList<>(List.of(AddedJars.reading(options.benchmark())));
    options.benchmark().definition().ifPresent(parts::add);
    parts.addAll(sources);
    version.ifPresent(one -> parts.add(one.toString()));
    if (!options.frames().equals(FrameChoice.NONE)) {
      parts.add(options.frames().toString());
    }
    parts.add(states.sha256());
    return Sha256.hex(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
  }

  private String table(PrepareOptions options, String hash) {
    String name =
        FileNames.unique(
            Text.format(
                "%s-%s-%s",
                options.benchmark().name(), options.splitName(), options.prompts().name()));
    String first = options.limit().isPresent() ? FIRST + options.limit().getAsLong() + "-" : "";
    return new Path(root, name + "-" + first + hash + ENDING).toString();
  }
}
