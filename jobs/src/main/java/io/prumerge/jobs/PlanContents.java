package io.prumerge.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.checkpoint.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * What a plan's images come to.
 *
 * @param images images, and questions without one
 * @param benchmarks what is planned of each benchmark and split, sorted
 * @param examplesSha256 SHA-256 over the planned keys, questions and image hashes, in order
 * @param promptsSha256 SHA-256 over the hashes of the planned prompts, in order
 */
record PlanContents(
    long images, List<BenchmarkSize> benchmarks, String examplesSha256, String promptsSha256) {

  /** Names an image, as against a question without one. */
  static final String IMAGE_PREFIX = "image ";

  /**
   * Looks at each image once and keeps none.
   *
   * @param sorted benchmark, split, key, number of questions, hash of the data, hash of the prompts
   */
  static PlanContents of(Iterator<Row> sorted) {
    MessageDigest examples = Sha256.digest();
    MessageDigest prompts = Sha256.digest();
    Map<String, BenchmarkSize> sizes = new LinkedHashMap<>();
    long images = 0;
    while (sorted.hasNext()) {
      Row image = sorted.next();
      images++;
      examples.update((image.mkString("\t") + "\n").getBytes(UTF_8));
      prompts.update((image.getString(5) + "\n").getBytes(UTF_8));
      BenchmarkSize size = size(image);
      sizes.merge(size.benchmark() + "/" + size.split(), size, BenchmarkSize::plus);
    }
    return new PlanContents(
        images,
        List.copyOf(sizes.values()),
        HexFormat.of().formatHex(examples.digest()),
        HexFormat.of().formatHex(prompts.digest()));
  }

  private static BenchmarkSize size(Row image) {
    long questions = image.getInt(3);
    boolean text = !image.getString(2).startsWith(IMAGE_PREFIX);
    return new BenchmarkSize(
        image.getString(0),
        image.getString(1),
        text ? 0 : 1,
        text ? 0 : questions,
        text ? questions : 0);
  }

  /** Questions about all images, and those without one. */
  long questions() {
    return benchmarks.stream().mapToLong(size -> size.questions() + size.textQuestions()).sum();
  }
}
