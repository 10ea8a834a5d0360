package io.prumerge.plan;

import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.ExamplesManifest.SplitContents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The manifests of several examples tables, which describe them without reading them.
 *
 * @param manifests one manifest per table; empty if they do not describe the tables together
 * @param written whether {@code prepare} wrote all tables as they are
 */
record PreparedTables(List<ExamplesManifest> manifests, boolean written) {

  /** Number of sampled prompts, over all tables. */
  private static final int SAMPLE = 200;

  private static final Comparator<byte[]> BYTES = Arrays::compareUnsigned;

  PreparedTables {
    manifests = List.copyOf(manifests);
  }

  /**
   * Reads the manifests. Gives up if two tables share a benchmark and split: only the rows then
   * tell whether an image occurs twice.
   */
  static PreparedTables at(SparkSession spark, List<String> paths) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<ExamplesManifest> manifests = new ArrayList<>();
    for (String path : paths) {
      Path table = new Path(path);
      Optional<ExamplesManifest> manifest =
          ExamplesManifest.read(table.getFileSystem(hadoop), table);
      if (manifest.isEmpty()) {
        return new PreparedTables(List.of(), false);
      }
      manifests.add(manifest.get());
    }
    PreparedTables tables = new PreparedTables(manifests, true);
    List<SplitContents> contents = tables.contents();
    long names =
        contents.stream()
            .map(split -> List.of(split.benchmark(), split.split()))
            .distinct()
            .count();
    return names == contents.size() ? tables : new PreparedTables(List.of(), true);
  }

  boolean isKnown() {
    return !manifests.isEmpty();
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

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the number of rows of all tables. */
  long rows() {
    return manifests.stream().mapToLong(PreparedTables::rows).sum();
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
