package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The methods of the commands that name them one by one. */
final class MethodFlags {

  @Option(
      names = "--method",
      required = true,
      arity = "1..*",
      paramLabel = "SPEC",
      description =
          "Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+,"
              + " uniform.",
      parameterConsumer = Every.class)
  private List<MethodSpec> methods;

  List<MethodSpec> asked() {
    return methods;
  }

  /** Takes all values up to the next option: picocli takes a wrong one for no value of it. */
  private static final class Every implements IParameterConsumer {

    @Override
    public void consumeParameters(Stack<String> values, ArgSpec option, CommandSpec command) {
      List<MethodSpec> all = option.getValue();
      List<MethodSpec> methods = new ArrayList<>(all == null ? List.of() : all);
      if (values.isEmpty() || values.peek().startsWith("-")) {
        throw new MissingParameterException(
            command.commandLine(), option, "Missing required parameter for option '--method'");
      }
      List<String> texts = new ArrayList<>();
      while (!values.isEmpty() && !values.peek().startsWith("-")) {
        texts.add(values.pop());
      }
      try {
        methods.addAll(MethodSpec.parseAll(texts));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            command.commandLine(),
            "Invalid value for option '--method': " + e.getMessage(),
            e,
            option,
            String.join(" ", texts));
      }
      option.setValue(methods);
    }
  }
}
