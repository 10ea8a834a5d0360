package io.prumerge.jobs;

import java.util.List;
import picocli.CommandLine.Option;

/** Option of the commands with a report: additional comparisons. */
final class ContrastFlags {

  @Option(
      names = "--contrast",
      arity = "1..*",
      paramLabel = "A:B",
      description =
          "Also compare A with B, each METHOD, 'MODEL METHOD' or, of runs of one model, 'FOLDER"
              + " METHOD', spelled as for --method or as in the report's tables, in addition to the"
              + " comparisons of every report.")
  private List<String> asked = List.of();

  List<String> asked() {
    return asked;
  }
}
