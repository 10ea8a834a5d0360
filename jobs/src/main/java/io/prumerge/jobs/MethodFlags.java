package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import java.util.List;
import picocli.CommandLine.Option;

/** The methods of the commands that name them one by one. */
final class MethodFlags {

  @Option(
      names = "--method",
      required = true,
      arity = "1..*",
      paramLabel = "SPEC",
      description =
          "Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+, uniform.")
  private List<MethodSpec> methods;

  List<MethodSpec> asked() {
    return methods;
  }
}
