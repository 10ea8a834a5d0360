package io.prumerge.benchmark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * One split of the official {@code problems.json} and {@code pid_splits.json}.
 *
 * @param split {@code test}, {@code val} or {@code train}
 * @param byPid in the order of {@code pid_splits.json}
 */
record ScienceQaProblems(String split, Map<String, ScienceQaProblem> byPid) {

  /** Where the official repository keeps the files. */
  static final String FOLDER = "data/scienceqa";

  static final String PROBLEMS = "problems.json";
  static final String SPLITS = "pid_splits.json";

  /** The test split is what is reported; a set without one is read for its next split. */
  private static final List<String> PREFERRED = List.of("test", "val", "train");

  /** Reads the first of the splits test, val and train that has problems. */
  static ScienceQaProblems read(SourceFiles source) throws IOException {
    JsonLine splits = JsonDocument.read(file(source, SPLITS), source.hadoop());
    String split =
        PREFERRED.stream()
            .filter(name -> !splits.texts(name).isEmpty())
            .findFirst()
            .orElseThrow(() -> splits.error("none of the splits test, val and train has problems"));
    Set<String> asked = new LinkedHashSet<>(splits.texts(split));
    Map<String, ScienceQaProblem> found = new LinkedHashMap<>();
    JsonItems.fields(
        file(source, PROBLEMS),
        source.hadoop(),
        (pid, line) -> {
          if (asked.contains(pid)
              && found.putIfAbsent(pid, ScienceQaProblem.of(pid, line)) != null) {
            throw line.error("problem %s stands there already".formatted(pid));
          }
        });
    Map<String, ScienceQaProblem> ordered = new LinkedHashMap<>();
    for (String pid : asked) {
      ScienceQaProblem problem = found.get(pid);
      if (problem == null) {
        throw splits.error(
            "split %s names problem %s, which %s lacks".formatted(split, pid, PROBLEMS));
      }
      ordered.put(pid, problem);
    }
    return new ScienceQaProblems(split, ordered);
  }

  private static Path file(SourceFiles source, String name) throws IOException {
    return source
        .find(name, FOLDER)
        .orElseThrow(
            () ->
                new DataException(
                    "No %s in %s; ScienceQA's %s and %s are read together, LLaVA's llava_test_CQM-A.json beside them"
                        .formatted(name, source.described(), PROBLEMS, SPLITS)));
  }
}
