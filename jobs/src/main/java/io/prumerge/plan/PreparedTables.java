package io.prumerge.plan;

import io.prumerge.prepare.ExamplesManifest;
import io.prumerge.prepare.SplitContents;
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
 * What is known of several examples tables without reading them.
 *
 * @param manifests one of each table; empty where not all is known
 */
record PreparedTables(List<ExamplesManifest> manifests) {

  /** Prompts that tell how long they are, of all tables together. */
  private static final int SAMPLE = 200;

  private static final Comparator<byte[]> BYTES = Arrays::compareUnsigned;

  PreparedTables {
    manifests = List.copyOf(manifests);
  }

  /**
   * Looks for the manifests. Tables that both hold some of a benchmark and split are not known:
   * what stands in both stands there twice.
   */
  static PreparedTables at(SparkSession spark, List<String> paths) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<ExamplesManifest> manifests = new ArrayList<>();
    for (String path : paths) {
      Path table = new Path(path);
      Optional<ExamplesManifest> manifest =
          ExamplesManifest.read(table.getFileSystem(hadoop), table);
      if (manifest.isEmpty()) {
        return new PreparedTables(List.of());
      }
      manifests.add(manifest.get());
    }
    PreparedTables tables = new PreparedTables(manifests);
    List<SplitContents> contents = tables.contents();
    long names =
        contents.stream()
            .map(split -> List.of(split.benchmark(), split.split()))
            .distinct()
            .count();
    return names == contents.size() ? tables : new PreparedTables(List.of());
  }

  boolean isKnown() {
    return !manifests.isEmpty();
  }

  /** By benchmark and split, sorted as Spark sorts: by the bytes of UTF-8. */
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

  private static long rows(ExamplesManifest manifest) {
    return manifest.contents().stream()
        .mapToLong(split -> split.images() + split.textQuestions())
        .sum();
  }

  /** Of each table as many as it has of all images. */
  List<String> somePrompts() {
    if (manifests.size() == 1) {
      return manifests.get(0).somePrompts();
    }
    long all = manifests.stream().mapToLong(PreparedTables::rows).sum();
    List<String> prompts = new ArrayList<>();
    for (ExamplesManifest manifest : manifests) {
      List<String> some = manifest.somePrompts();
      long share = Math.max(1, SAMPLE * rows(manifest) / Math.max(1, all));
      prompts.addAll(some.subList(0, (int) Math.min(share, some.size())));
    }
    return prompts;
  }
}
