package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import java.util.List;
import java.util.Map;

/**
 * The written tables of answer files.
 *
 * @param sources of the questions
 * @param answers as they were named
 * @param methods the labels of the sets of answers, in their order
 * @param model that gave them, as far as the files say it
 * @param settings by which a tool made the answers, by their labels, under its own names; none of
 *     other files
 * @param caveats what figures say of rows and answers that they are not of
 */
public record AnswerTables(
    Benchmark benchmark,
    String split,
    List<String> sources,
    List<String> answers,
    List<String> methods,
    String model,
    Map<String, Map<String, String>> settings,
    List<String> caveats) {

  public AnswerTables {
    sources = List.copyOf(sources);
    answers = List.copyOf(answers);
    methods = List.copyOf(methods);
    settings = Map.copyOf(settings);
    caveats = List.copyOf(caveats);
  }
}
