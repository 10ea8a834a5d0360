package io.prumerge.benchmark;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reference for answers: the parts of a question that are in its row of the examples table.
 *
 * @param question the bare question
 * @param category the group it is reported under
 * @param answers reference answers
 * @param options the choices of a multiple-choice question, in order
 * @param extra further values of the benchmark; keys are constants of {@link BenchmarkQuestion} and
 *     of the benchmark itself
 */
public record Reference(
    String question,
    String category,
    List<String> answers,
    List<String> options,
    Map<String, String> extra) {

  public Reference {
    answers = List.copyOf(answers);
    options = List.copyOf(options);
    extra = Collections.unmodifiableMap(new TreeMap<>(extra)); // in one order in every JVM
  }
}
