package io.prumerge.load.figure;

import io.prumerge.load.generate.GeneratorUse;
import java.util.List;
import java.util.Optional;

/**
 * What a point's figures are to be read with.
 *
 * @param cached whether the server answered from a cache: it says so of a measured request, or
 *     pictures asked about again were faster by more than the interval of that gain, than at first
 *     in this point or, by a tenth more, in one before it whose load was no more
 * @param saturated whether more requests arrived than the server answered: in the second half of
 *     the arrivals fewer ended than arrived, by more than a twentieth and by more than twice the
 *     square root of these; null for closed arrivals, and for all at once
 * @param generatorLimited whether what sent the requests was the limit: {@code ms_generator_delay}
 *     above a twentieth of {@code ms_e2el_mean}, or, of a server, {@code generator_cpu_share} above
 *     0.8
 * @param generator the largest of the point's repeats and shares
 * @param notes why columns are null, and what else is to be known, each a sentence
 */
public record PointMarks(
    boolean cached,
    Optional<Boolean> saturated,
    boolean generatorLimited,
    GeneratorUse generator,
    List<String> notes) {

  /** The share of an answer's time that its request may have waited here. */
  private static final double MOST_DELAY = 0.05;

  private static final double MOST_CPU = 0.8;

  public PointMarks {
    notes = List.copyOf(notes);
  }

  static PointMarks of(
      PointRequests requests, PointTimes times, boolean cached, List<String> notes) {
    GeneratorUse use =
        new GeneratorUse(
            requests.all().stream().mapToDouble(row -> row.generator().delays()).max().orElse(0),
            requests.all().stream().mapToDouble(row -> row.generator().cpuShare()).max().orElse(0));
    return new PointMarks(
        cached,
        Saturation.of(requests),
        areLate(use, times) || !requests.subject().isInProcess() && use.cpuShare() > MOST_CPU,
        use,
        notes);
  }

  /** Returns whether requests were sent so late that it matters beside the time of an answer. */
  public static boolean areLate(GeneratorUse use, PointTimes times) {
    return use.delays() > MOST_DELAY * times.e2el().mean().orElse(Double.POSITIVE_INFINITY);
  }
}
