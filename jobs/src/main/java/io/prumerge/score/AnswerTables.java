package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.score.log.LogReading;
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
 * @param logs what was read of the sets of answers that are other tools' logs, by their labels
 * @param caveats what figures say of rows and answers that they are not of
 */
public record AnswerTables(
    Benchmark benchmark,
    List<String> methods,
    String model,
    SortedMap<String, SortedMap<String, String>> settings,
    SortedMap<String, LogReading> logs,
    List<String> caveats) {

  public AnswerTables {
    methods = List.copyOf(methods);
    settings = Collections.unmodifiableSortedMap(settings);
    logs = Collections.unmodifiableSortedMap(logs);
    caveats = List.copyOf(caveats);
  }
}
