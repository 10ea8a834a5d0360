package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import java.util.List;

/**
 * The written tables of answer files.
 *
 * @param sources of the questions
 * @param answers as they were named
 * @param methods the labels of the sets of answers, in their order
 * @param models that gave them, as far as the files say it
 * @param caveats what figures say of rows and answers that they are not of
 */
public record AnswerTables(
    Benchmark benchmark,
    String split,
    List<String> sources,
    List<String> answers,
    List<String> methods,
    List<String> models,
    List<String> caveats) {

  public AnswerTables {
    sources = List.copyOf(sources);
    answers = List.copyOf(answers);
    methods = List.copyOf(methods);
    models = List.copyOf(models);
    caveats = List.copyOf(caveats);
  }
}
