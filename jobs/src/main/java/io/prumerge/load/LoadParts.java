package io.prumerge.load;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.generate.LoadShare;
import io.prumerge.load.report.LoadReport;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Adds up the parts of one load test that several processes put on at the same time ({@code load
 * --share}).
 *
 * @param spark is asked for its session once all folders are checked
 * @param console where progress goes
 */
public record LoadParts(Supplier<SparkSession> spark, Console console) {

  /** A finished part. */
  private record Part(Path folder, LoadManifest manifest) {

    static Part in(Path folder, Folders folders) throws IOException {
      return new Part(folder, LoadFolder.manifest(folders.fileSystem(folder), folder));
    }
  }

  /**
   * Returns whether one of these folders holds a load test.
   *
   * @param runs folders as given
   */
  public static boolean isAmong(List<String> runs, Folders folders) throws IOException {
    for (String run : runs) {
      Path folder = folders.qualified(Setting.RUNS, run);
      if (folders.fileSystem(folder).exists(new Path(folder, LoadFolder.MANIFEST))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes the report of all parts of one load.
   *
   * @param runs their folders
   * @param output a new folder
   * @throws UsageException if they are not all the parts of one load
   */
  public LoadResult add(List<String> runs, String output) throws IOException {
    Folders before = Folders.beforeSpark(console);
    List<Part> parts = new ArrayList<>();
    for (String run : runs) {
      Path folder = before.present(Setting.RUNS, run);
      if (!before.fileSystem(folder).exists(new Path(folder, LoadFolder.MANIFEST))) {
        throw new UsageException(
            Wording.of(
                "%s: %s is no load test, and others are; report the two kinds apart",
                Setting.RUNS, run));
      }
      parts.add(Part.in(folder, before));
    }
    requireWhole(parts);
    new LoadFolder(before, output).requireFit(false);
    SparkSession session = UsableSession.of(spark.get());
    LoadManifest manifest =
        parts.get(0).manifest().together(parts.stream().map(Part::manifest).toList());
    try (LoadFolder folder = new LoadFolder(new Folders(session), output)) {
      folder.begin(session, manifest);
      List<LoadRow> rows = LoadTables.rows(session, parts.stream().map(Part::folder).toList());
      LoadReport report =
          folder.finish(
              manifest, attempt -> LoadTables.write(session, manifest, rows, false, attempt));
      return new LoadResult(folder.path(), report);
    }
  }

  private static void requireWhole(List<Part> parts) {
    LoadManifest first = parts.get(0).manifest();
    parts.stream()
        .filter(part -> !part.manifest().asked().equals(first.asked()))
        .findFirst()
        .ifPresent(
            other -> {
              throw new UsageException(
                  Wording.of(
                      "%s: %s and %s are of loads with other settings or examples; name the parts"
                          + " of one load",
                      Setting.RUNS, parts.get(0).folder(), other.folder()));
            });
    SortedSet<String> shares =
        parts.stream()
            .map(part -> part.manifest().share())
            .collect(Collectors.toCollection(TreeSet::new));
    int all = LoadShare.parse(first.share()).of();
    List<String> missing =
        IntStream.rangeClosed(1, all)
            .mapToObj(number -> new LoadShare(number, all).toString())
            .filter(share -> !shares.contains(share))
            .toList();
    if (!missing.isEmpty() || shares.size() < parts.size() || shares.size() != all) {
      throw new UsageException(
          Wording.of(
              "%s has the parts %s, and a load of %s has each once%s",
              Setting.RUNS,
              parts.stream().map(part -> part.manifest().share()).collect(Collectors.joining(", ")),
              Texts.count(all, "part"),
              Stream.of(String.join(", ", missing))
                  .filter(text -> !text.isEmpty())
                  .map(text -> "; missing: " + text)
                  .collect(Collectors.joining())));
    }
  }
}
