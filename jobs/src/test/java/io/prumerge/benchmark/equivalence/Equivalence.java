package io.prumerge.benchmark.equivalence;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Console;
import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.FrameChoice;
import io.prumerge.prepare.LimitOrder;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * Compares two benchmarks that should be the same.
 *
 * @param former the class
 * @param now what stands for it
 * @param folder a temporary one
 */
record Equivalence(Benchmark former, Benchmark now, Path folder) {

  /** Returns what they say otherwise of themselves. */
  List<String> inWords() {
    return differences("", Observation.ofItself(former), Observation.ofItself(now));
  }

  /** Returns what they make otherwise of files in a layout, under all wordings and profiles. */
  List<String> in(Layout layout) throws IOException {
    List<String> differences = new ArrayList<>();
    Path files = written(layout);
    for (String split : layout.splits()) {
      differences.addAll(
          differences(
              layout + ", split '" + split + "': ",
              Observation.of(former, split, files, empty("former")),
              Observation.of(now, split, files, empty("now"))));
    }
    return differences;
  }

  /** Returns where they read or refuse files otherwise that are damaged in each of many ways. */
  List<String> inDamaged(Layout layout) throws IOException {
    List<String> differences = new ArrayList<>();
    String split = layout.splits().get(layout.splits().size() > 1 ? 1 : 0);
    Path files = written(layout);
    for (MadeFile file : layout.files()) {
      Files.delete(files.resolve(file.name()));
      differences.addAll(readings(layout + " without " + file.name() + ": ", split, files));
      for (Map.Entry<String, MadeFile> changed : file.changed().entrySet()) {
        changed.getValue().write(files);
        differences.addAll(
            readings(layout + ", " + file.name() + ", " + changed.getKey() + ": ", split, files));
      }
      file.write(files);
    }
    return differences;
  }

  /**
   * Returns in which hashes and counts the tables differ that are prepared of a layout with the
   * default wording. Those of others are functions of the prompts, which {@link #in} compares.
   */
  List<String> inTables(SparkSession spark, Layout layout) throws IOException {
    List<String> differences = new ArrayList<>();
    Path files = written(layout);
    for (String split : layout.splits()) {
      differences.addAll(
          differences(
              layout + ", split '" + split + "', ",
              table(spark, former, files, split),
              table(spark, now, files, split)));
    }
    return differences;
  }

  private Map<String, String> table(
      SparkSession spark, Benchmark benchmark, Path files, String split) throws IOException {
    Path table = empty("tables").resolve("examples");
    try {
      new Prepare(spark, Console.SILENT)
          .run(
              new PrepareOptions(
                  benchmark,
                  List.of(files.toString()),
                  Optional.of(split).filter(name -> !name.isEmpty()),
                  benchmark.prompts(Optional.empty()),
                  OptionalLong.empty(),
                  LimitOrder.FILES,
                  FrameChoice.NONE,
                  table.toString()));
    } catch (DataException e) {
      return Map.of("table", "refused");
    }
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(table.toUri());
    ExamplesManifest manifest =
        ExamplesManifest.read(FileSystem.getLocal(new Configuration()), place).orElseThrow();
    return Map.of(
        "contents", manifest.contents().toString(),
        "counts", manifest.counts().toString(),
        "orientation", manifest.orientation());
  }

  private Path written(Layout layout) throws IOException {
    Path files = empty("files");
    layout.write(files);
    return files;
  }

  private Path empty(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  private List<String> readings(String about, String split, Path files) throws IOException {
    return differences(
        about,
        Observation.ofReading(former, split, files),
        Observation.ofReading(now, split, files));
  }

  private static List<String> differences(
      String about, Map<String, String> former, Map<String, String> now) {
    TreeSet<String> all = new TreeSet<>(former.keySet());
    all.addAll(now.keySet());
    return all.stream()
        .filter(what -> !former.getOrDefault(what, "").equals(now.getOrDefault(what, "")))
        .map(
            what ->
                "%s%s was '%s', is now '%s'"
                    .formatted(about, what, former.get(what), now.get(what)))
        .toList();
  }
}
