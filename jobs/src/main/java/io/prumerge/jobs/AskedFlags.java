package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of the commands with one model: the model and its methods. */
final class AskedFlags {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = {
        "A LLaVA folder, of Hugging Face's or LLaVA's own layout; BASE+ADAPTER for one with LoRA",
        "weights."
      })
  private String model;

  @Option(
      names = "--method",
      required = true,
      arity = "1..*",
      paramLabel = "SPEC",
      description =
          "Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+, uniform.")
  private List<MethodSpec> methods;

  String model() {
    return model;
  }

  List<MethodSpec> methods() {
    return methods;
  }
}
