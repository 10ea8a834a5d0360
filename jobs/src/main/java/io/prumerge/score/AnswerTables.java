package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * The written tables of answer files.
 *
 * @param methods the labels of the sets of answers, in their order
 * @param model that gave them, as far as the files say it
 * @param settings by label where the answers are, and under its own names what a tool says of how
 *     it made them
 * @param caveats what figures say of rows and answers that they are not of
 */
public record AnswerTables(
    Benchmark benchmark,
    List<String> methods,
    String model,
    SortedMap<String, SortedMap<String, String>> settings,
    List<String> caveats) {

  public AnswerTables {
    methods = List.copyOf(methods);
    settings = Collections.unmodifiableSortedMap(settings);
    caveats = List.copyOf(caveats);
  }
}
