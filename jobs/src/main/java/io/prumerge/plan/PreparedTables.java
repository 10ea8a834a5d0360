package io.prumerge.plan;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.prepare.ExampleProtocols;
import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.SplitContents;
import io.prumerge.prepare.TableBenchmark;
import io.prumerge.source.DataException;
import io.prumerge.source.TableVersion;
import io.prumerge.store.CountsRow;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The manifests of several examples tables, which describe them without reading them.
 *
 * @param manifests those that there are
 * @param benchmarks the benchmarks whose files lie in the tables
 * @param written whether {@code prepare} wrote all tables as they are: each has a manifest
 * @param isKnown whether the manifests describe the tables together
 */
public record PreparedTables(
    List<ExamplesManifest> manifests, Benchmarks benchmarks, boolean written, boolean isKnown) {

  /** Tables that nothing is known of. */
  static final PreparedTables NONE = new PreparedTables(List.of(), Benchmarks.KNOWN, false, false);

  /** Number of sampled prompts, over all tables. */
  private static final int SAMPLE = 200;

  private static final Comparator<byte[]> BYTES = Arrays::compareUnsigned;

  public PreparedTables {
    manifests = List.copyOf(manifests);
  }

  /**
   * Reads the manifests. Gives up if two tables share a benchmark and split: only the rows then
   * tell whether an image occurs twice.
   */
  static PreparedTables at(SparkSession spark, List<String> paths) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<ExamplesManifest> manifests = new ArrayList<>();
    Benchmarks benchmarks = Benchmarks.KNOWN;
    for (String path : paths) {
      Path table = new Path(path);
      Optional<ExamplesManifest> manifest =
          ExamplesManifest.read(table.getFileSystem(hadoop), table);
      manifest.ifPresent(manifests::add);
      benchmarks = benchmarks.and(TableBenchmark.read(table.getFileSystem(hadoop), table));
    }
    boolean written = manifests.size() == paths.size();
    List<List<String>> names =
        manifests.stream()
            .flatMap(manifest -> manifest.contents().stream())
            .map(split -> List.of(split.benchmark(), split.split()))
            .toList();
    boolean distinct = names.size() == names.stream().distinct().count();
    boolean known = written && distinct && !manifests.isEmpty();
    return new PreparedTables(manifests, benchmarks, written, known);
  }

  /** Returns the contents by benchmark and split, in Spark's order: by the bytes of UTF-8. */
  List<SplitContents> contents() {
    return manifests.stream()
        .flatMap(manifest -> manifest.contents().stream())
        .sorted(
            Comparator.comparing((SplitContents split) -> utf8(split.benchmark()), BYTES)
                .thenComparing(split -> utf8(split.split()), BYTES))
        .toList();
  }

  /** Returns how many images are of no use and rows left out, as a sentence; none if none. */
  Optional<String> flawed() {
    long missing = manifests.stream().mapToLong(ExamplesManifest::missingImages).sum();
    SortedMap<String, Long> unusable = new TreeMap<>();
    manifests.forEach(
        manifest ->
            manifest
                .refused()
                .forEach((fault, images) -> unusable.merge(fault, images, Long::sum)));
    long leftOut = manifests.stream().mapToLong(ExamplesManifest::leftOutRows).sum();
    List<String> flaws = new ArrayList<>();
    if (missing > 0 || !unusable.isEmpty()) {
      StringBuilder faults = new StringBuilder();
      unusable.forEach((fault, images) -> faults.append(Text.format(", %,d %s", images, fault)));
      boolean videos = manifests.stream().noneMatch(one -> one.protocols().isEmpty());
      flaws.add(
          videos && missing == 0
              ? Text.format(
                  "Of the examples' videos, %s: their questions will have an error",
                  faults.substring(2))
              : Text.format(
                  "Of the examples' %s, %,d %s missing%s: their questions will have an error",
                  videos ? "videos" : "images", missing, missing == 1 ? "is" : "are", faults));
    }
    if (leftOut > 0) {
      flaws.add(
          Text.format(
              "%s of the benchmarks' files could not be read when the examples were prepared:"
                  + " scores are over fewer questions",
              Texts.count(leftOut, "row")));
    }
    return flaws.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", flaws));
  }

  /** Returns what became of all that was read for each table; earlier versions did not count. */
  List<String> counted() {
    return manifests.stream().map(ExamplesManifest::sentence).toList();
  }

  /**
   * Returns the protocols by which frames of the tables' videos were chosen.
   *
   * @throws DataException if some tables have videos and others images
   */
  List<FrameProtocol> protocols() {
    ExampleProtocols.requireOneKind(
        manifests.stream()
            .filter(manifest -> manifest.protocols().isEmpty())
            .flatMap(manifest -> manifest.contents().stream())
            .mapToLong(SplitContents::images)
            .sum(),
        manifests.stream().anyMatch(manifest -> !manifest.protocols().isEmpty()));
    return manifests.stream()
        .flatMap(manifest -> manifest.protocols().stream())
        .distinct()
        .map(FrameProtocol::parse)
        .toList();
  }

  /** Returns the tables of catalogs that the examples come from, with their versions. */
  public List<TableVersion> versions() {
    return manifests.stream().flatMap(manifest -> manifest.tables().stream()).distinct().toList();
  }

  /** Returns the rows that were left out, by benchmark and split, sorted. */
  public List<LeftOut> leftOut() {
    SortedMap<String, SortedMap<String, Long>> rows = new TreeMap<>();
    List<ExamplesManifest> lacking =
        manifests.stream().filter(manifest -> manifest.leftOutRows() > 0).toList();
    for (ExamplesManifest manifest : lacking) {
      for (SplitContents split : manifest.contents()) {
        rows.computeIfAbsent(split.benchmark(), name -> new TreeMap<>())
            .merge(split.split(), manifest.leftOutRows(), Long::sum);
      }
    }
    List<LeftOut> all = new ArrayList<>();
    rows.forEach(
        (benchmark, splits) ->
            splits.forEach((split, count) -> all.add(new LeftOut(benchmark, split, count))));
    return all;
  }

  /** Returns the counts by split; none of those that an earlier version has prepared a part of. */
  public List<CountsRow> counts() {
    List<SplitContents> unknown =
        manifests.stream()
            .filter(manifest -> manifest.counted().isEmpty())
            .flatMap(manifest -> manifest.contents().stream())
            .toList();
    return manifests.stream()
        .flatMap(
            manifest ->
                manifest.counted().stream()
                    .flatMap(
                        known ->
                            manifest.contents().stream()
                                .map(one -> known.row(one.benchmark(), one.split()))))
        .filter(row -> unknown.stream().noneMatch(one -> row.isOf(one.benchmark(), one.split())))
        .toList();
  }

  /** Returns the wordings of the benchmarks and splits all of whose tables name theirs, sorted. */
  public List<AskedPrompts> wordings() {
    SortedMap<String, SortedMap<String, SortedSet<String>>> names = new TreeMap<>();
    for (ExamplesManifest manifest : manifests) {
      for (SplitContents split : manifest.contents()) {
        names
            .computeIfAbsent(split.benchmark(), name -> new TreeMap<>())
            .computeIfAbsent(split.split(), name -> new TreeSet<>())
            .add(manifest.prompts());
      }
    }
    List<AskedPrompts> all = new ArrayList<>();
    if (written) { // else a table may hold the same split, and says nothing of it
      names.forEach(
          (benchmark, splits) ->
              splits.forEach(
                  (split, some) -> {
                    if (!some.contains("")) {
                      all.add(new AskedPrompts(benchmark, split, String.join(", ", some)));
                    }
                  }));
    }
    return all;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the names of all benchmarks. */
  List<String> benchmarkNames() {
    return contents().stream().map(SplitContents::benchmark).distinct().toList();
  }

  /** Returns the number of rows of all tables. */
  long rows() {
    return manifests.stream().mapToLong(PreparedTables::rows).sum();
  }

  /** Returns how many rows {@link FirstImages} are at most, without those that have no question. */
  long rows(long limit) {
    return Math.min(rows(), Math.min(rows(), limit) * benchmarkNames().size());
  }

  private static long rows(ExamplesManifest manifest) {
    return manifest.contents().stream()
        .mapToLong(split -> split.images() + split.textQuestions())
        .sum();
  }

  /** Returns a sample of prompts, from each table in proportion to its images. */
  List<String> somePrompts() {
    if (manifests.size() == 1) {
      return manifests.get(0).somePrompts();
    }
    long all = rows();
    List<String> prompts = new ArrayList<>();
    for (ExamplesManifest manifest : manifests) {
      List<String> some = manifest.somePrompts();
      long share = Math.max(1, SAMPLE * rows(manifest) / Math.max(1, all));
      prompts.addAll(some.subList(0, (int) Math.min(share, some.size())));
    }
    return prompts;
  }
}
