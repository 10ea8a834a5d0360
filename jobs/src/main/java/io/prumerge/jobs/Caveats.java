package io.prumerge.jobs;

import io.prumerge.report.Result;
import io.prumerge.report.ScoreKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What readers of figures must know beside them. */
final class Caveats {

  private Caveats() {}

  /** One message per result that is over a subset or lacks groups; none twice. */
  static List<String> of(List<Result> results) {
    Set<String> messages = new LinkedHashSet<>();
    for (Result result : results) {
      ScoreKey key = result.key();
      List<String> problems = new ArrayList<>();
      if (result.missing() > 0) {
        problems.add(
            "%,d of %,d questions have no answer, so these figures are over a subset"
                .formatted(result.missing(), result.n() + result.missing()));
      }
      problems.addAll(result.gaps());
      if (!problems.isEmpty()) {
        messages.add(
            "%s/%s %s: %s"
                .formatted(
                    key.benchmark(), key.split(), key.method(), String.join("; ", problems)));
      }
    }
    return List.copyOf(messages);
  }
}
