package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import java.util.List;
import picocli.CommandLine.Option;

/** Who is asked, and how: the options of the commands about one model. */
final class AskedFlags {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A Hugging Face LLaVA folder.")
  private String model;

  @Option(
      names = "--method",
      required = true,
      arity = "1..*",
      paramLabel = "SPEC",
      description = "name or name:key=value,key=value; none, prumerge, prumerge+, uniform, ...")
  private List<MethodSpec> methods;

  String model() {
    return model;
  }

  List<MethodSpec> methods() {
    return methods;
  }
}
