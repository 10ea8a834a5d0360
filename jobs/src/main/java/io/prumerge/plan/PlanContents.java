package io.prumerge.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.prepare.SplitContents;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Totals and hashes of a plan's images and questions.
 *
 * @param images number of images, plus questions without an image
 * @param benchmarks the planned part of each benchmark and split, sorted
 * @param examplesSha256 SHA-256 over the planned keys, questions and image hashes, in order; with
 *     several benchmarks and splits, SHA-256 over the hash of each, in order
 * @param promptsSha256 the same over the hashes of the planned prompts
 */
public record PlanContents(
    long images, List<BenchmarkSize> benchmarks, String examplesSha256, String promptsSha256) {

  /**
   * Sums up the planned splits.
   *
   * @param splits contents sorted by benchmark and split, without duplicates
   */
  static PlanContents of(List<SplitContents> splits) {
    return new PlanContents(
        splits.stream().mapToLong(PlanContents::rows).sum(),
        splits.stream()
            .map(
                split ->
                    new BenchmarkSize(
                        split.benchmark(),
                        split.split(),
                        split.images(),
                        split.questions(),
                        split.textQuestions(),
                        split.differentImages()))
            .toList(),
        sha256(splits, SplitContents::examplesSha256),
        sha256(splits, SplitContents::promptsSha256));
  }

  /** Counts rows: each text-only question is one. */
  private static long rows(SplitContents split) {
    return split.images() + split.textQuestions();
  }

  private static String sha256(List<SplitContents> splits, Function<SplitContents, String> hash) {
    return splits.size() == 1
        ? hash.apply(splits.get(0))
        : Sha256.hex(
            splits.stream()
                .map(split -> split.benchmark() + "\t" + split.split() + "\t" + hash.apply(split))
                .collect(Collectors.joining("\n"))
                .getBytes(UTF_8));
  }

  /** Returns the number of questions of the benchmark that has most. */
  public long mostQuestions() {
    return benchmarks.stream()
        .collect(
            Collectors.groupingBy(
                BenchmarkSize::benchmark,
                Collectors.summingLong(size -> size.questions() + size.textQuestions())))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** Returns the number of images per question about an image; 0 without such a question. */
  public double imagesPerQuestion() {
    long asked = benchmarks.stream().mapToLong(BenchmarkSize::questions).sum();
    long shown = benchmarks.stream().mapToLong(BenchmarkSize::images).sum();
    return asked == 0 ? 0 : (double) shown / asked;
  }

  /** Returns the names of the planned benchmarks, sorted. */
  public List<String> benchmarkNames() {
    return benchmarks.stream().map(BenchmarkSize::benchmark).distinct().toList();
  }

  /** Returns the names of the planned benchmarks, sorted, as one text. */
  public String names() {
    return String.join(", ", benchmarkNames());
  }

  /** Returns the number of questions with and without an image. */
  public long questions() {
    return benchmarks.stream().mapToLong(size -> size.questions() + size.textQuestions()).sum();
  }
}
