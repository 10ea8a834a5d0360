package io.prumerge.bench;

import java.io.IOException;
import java.util.List;

/** A part of the table that is measured by itself. */
interface Section {

  /** Its name on the command line. */
  String name();

  /** Measures and adds the figures; a peer that is not there leaves figures that say so. */
  void run(Setting setting, Results results) throws Exception;

  /**
   * Runs sections one after the other and writes the results after each. A section that throws
   * leaves a figure that says why.
   *
   * @param only names of the sections to run; empty: all
   * @return number of sections that threw
   */
  static int runAll(List<Section> sections, List<String> only, Setting setting, Results results)
      throws IOException {
    int failures = 0;
    for (Section section : sections) {
      if (only.isEmpty() || only.contains(section.name())) {
        long start = System.nanoTime();
        try {
          section.run(setting, results);
        } catch (Exception | LinkageError e) {
          failures++;
          e.printStackTrace();
          results.add(Figure.absent(section.name(), "", Unit.COUNT, "failed: " + e));
        }
        System.err.printf("%s: %.0f s%n", section.name(), (System.nanoTime() - start) / 1e9);
        results.write(setting.work());
      }
    }
    return failures;
  }
}
