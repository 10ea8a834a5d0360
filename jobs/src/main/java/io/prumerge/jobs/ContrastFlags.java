package io.prumerge.jobs;

import java.util.List;
import picocli.CommandLine.Option;

/** What a report compares, on the command line. */
final class ContrastFlags {

  @Option(
      names = "--contrast",
      arity = "1..*",
      paramLabel = "A:B",
      description =
          "Compare A with B, each METHOD or 'MODEL METHOD' as the report's tables spell them,"
              + " beside the comparisons that every report makes.")
  private List<String> asked = List.of();

  List<String> asked() {
    return asked;
  }
}
