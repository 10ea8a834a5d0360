package io.prumerge.metric;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Map;

/**
 * The comparisons of figures.
 *
 * @param baseline the method the others are compared with, as runs spell it
 * @param replicates of the bootstrap
 * @param contrasts further comparisons
 * @param asked those of the contrasts that a user named, whose tests are a family of their own
 * @param benchmarks which say what figures there are
 * @param folders names of the runs' folders by the runs' ids, as {@link MethodNames} takes them
 * @param protocols which frames runs saw, by their ids, likewise
 */
public record Inference(
    String baseline,
    int replicates,
    List<Contrast> contrasts,
    List<Contrast> asked,
    Benchmarks benchmarks,
    Map<String, String> folders,
    Map<String, String> protocols) {

  /** Ends of an interval then vary by a tenth of its half-width from seed to seed. */
  public static final int DEFAULT_REPLICATES = 1000;

  /** The default method that others are compared with. */
  public static final String BASELINE = "none";

  /** The fewest replicates with a useful 2.5th percentile. */
  private static final int LEAST_REPLICATES = 100;

  /** More replicates change no visible digit, and fill the memory. */
  private static final int MOST_REPLICATES = 100_000;

  public Inference {
    contrasts = List.copyOf(contrasts);
    asked = List.copyOf(asked);
    folders = Map.copyOf(folders);
    protocols = Map.copyOf(protocols);
    if (replicates < LEAST_REPLICATES) {
      throw new IllegalArgumentException(
          Text.format(
              "%d replicates are too few for an interval of 95 percent; at least %d",
              replicates, LEAST_REPLICATES));
    }
    if (replicates > MOST_REPLICATES) {
      throw new IllegalArgumentException(
          Text.format(
              "%d replicates are more than intervals gain from; at most %d",
              replicates, MOST_REPLICATES));
    }
  }

  public static Inference against(String baseline) {
    return against(baseline, DEFAULT_REPLICATES);
  }

  /**
   * @throws IllegalArgumentException if there are too few replicates or too many
   */
  public static Inference against(String baseline, int replicates) {
    return new Inference(
        baseline, replicates, List.of(), List.of(), Benchmarks.KNOWN, Map.of(), Map.of());
  }

  /** Returns these settings with other contrasts. */
  public Inference comparing(List<Contrast> others) {
    return new Inference(baseline, replicates, others, asked, benchmarks, folders, protocols);
  }

  /** Returns these settings with some of the contrasts named by a user. */
  public Inference asking(List<Contrast> named) {
    return new Inference(baseline, replicates, contrasts, named, benchmarks, folders, protocols);
  }

  /** Returns these settings for the figures of other benchmarks. */
  public Inference of(Benchmarks others) {
    return new Inference(baseline, replicates, contrasts, asked, others, folders, protocols);
  }

  /** Returns these settings for runs in folders of these names. */
  public Inference in(Map<String, String> names) {
    return new Inference(baseline, replicates, contrasts, asked, benchmarks, names, protocols);
  }

  /** Returns these settings for runs that saw frames of videos by these protocols. */
  public Inference under(Map<String, String> seen) {
    return new Inference(baseline, replicates, contrasts, asked, benchmarks, folders, seen);
  }

  /**
   * Returns what tells these settings from others; finished runs hold a digest of it. A folder may
   * be renamed, a run has one protocol; the contrasts that were asked for stand before the others.
   */
  @Override
  public String toString() {
    String files = benchmarks.files().isEmpty() ? "" : ", benchmarks=" + benchmarks.files();
    return Text.format(
        "Inference[baseline=%s, replicates=%d, contrasts=%s%s]",
        baseline, replicates, contrasts, files);
  }
}
