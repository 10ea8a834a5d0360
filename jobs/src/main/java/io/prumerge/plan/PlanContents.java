package io.prumerge.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.prepare.SplitContents;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a plan's images come to.
 *
 * @param images images, and questions without one
 * @param benchmarks what is planned of each benchmark and split, sorted
 * @param examplesSha256 SHA-256 over the planned keys, questions and image hashes, in order; where
 *     they are of more than one benchmark and split, over these one's hashes, in order
 * @param promptsSha256 the same over the hashes of the planned prompts
 */
public record PlanContents(
    long images, List<BenchmarkSize> benchmarks, String examplesSha256, String promptsSha256) {

  /**
   * Of what is planned.
   *
   * @param splits sorted by benchmark and split, no two of the same
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
                        split.textQuestions()))
            .toList(),
        sha256(splits, SplitContents::examplesSha256),
        sha256(splits, SplitContents::promptsSha256));
  }

  /** Each text-only question is a row of its own. */
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

  /** Questions about all images, and those without one. */
  long questions() {
    return benchmarks.stream().mapToLong(size -> size.questions() + size.textQuestions()).sum();
  }
}
