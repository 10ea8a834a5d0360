package io.prumerge.plan;

import io.prumerge.console.Console;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows the plan of a run and its estimated cost, as text or JSON. */
public final class RunPreview {

  private static final double GIGA = 1e9;
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E", "Z"};

  /** The document of {@code --json}. */
  private record Document(
      List<Model> models,
      List<BenchmarkSize> benchmarks,
      List<Method> methods,
      long answers,
      double flops,
      Preflight.Document cluster) {}

  /** One model; {@code flops} are estimated, over all its questions up to the first tokens. */
  private record Model(String model, String path, String imageAspect, double flops) {}

  /**
   * One method of one model; {@code visualTokens} and {@code flopsQuestion} (up to the first token,
   * asked alone) are estimates for an image with LLaVA-1.5's mean number of outliers.
   */
  private record Method(String model, String method, int visualTokens, double flopsQuestion) {}

  private final RunPlan plan;

  /** Shows a plan. */
  public RunPreview(RunPlan plan) {
    this.plan = plan;
  }

  private double flops() {
    return plan.models().stream().mapToDouble(plan::flops).sum();
  }

  private long answers() {
    return plan.answersPerModel() * plan.models().size();
  }

  /** Returns the plan as one JSON document. */
  public String json(Preflight preflight) {
    List<Method> methods = new ArrayList<>();
    for (RunPlan.ModelPlan model : plan.models()) {
      for (RunEstimate.MethodEstimate method : model.estimate().methods()) {
        methods.add(
            new Method(
                model.name(),
                method.method().toString(),
                method.tokens(),
                model.estimate().alone(method)));
      }
    }
    return Json.write(
        new Document(
            plan.models().stream()
                .map(
                    model ->
                        new Model(
                            model.name(),
                            model.path(),
                            model.imageAspect().name().toLowerCase(Locale.ROOT),
                            plan.flops(model)))
                .toList(),
            plan.plan().contents().benchmarks(),
            methods,
            answers(),
            flops(),
            preflight.document()));
  }

  /** Prints the plan as tables. */
  public void print(Console console) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s x %s x %s: %s, about %sFLOP up to their first tokens%n%n",
            counted(plan.models().size(), "model"),
            counted(plan.plan().contents().questions(), "question"),
            counted(plan.models().get(0).estimate().methods().size(), "method"),
            counted(answers(), "answer"),
            prefixed(flops()));
    console.table(modelCells());
    console.out().println();
    console.table(benchmarkCells());
    console.out().println();
    console.table(methodCells());
    console
        .out()
        .printf(
            Locale.ROOT,
            "%nTokens and GFLOP are estimates for one question asked alone about an image with 5.5 %% outliers.%n%n");
  }

  private List<List<String>> modelCells() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("model", "image aspect", "to run", "folder"));
    for (RunPlan.ModelPlan model : plan.models()) {
      cells.add(
          List.of(
              model.name(),
              model.imageAspect().name().toLowerCase(Locale.ROOT),
              prefixed(plan.flops(model)) + "FLOP",
              model.path()));
    }
    return cells;
  }

  private List<List<String>> benchmarkCells() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("benchmark", "split", "images", "questions", "text only"));
    for (BenchmarkSize size : plan.plan().contents().benchmarks()) {
      cells.add(
          List.of(
              size.benchmark(),
              size.split(),
              number(size.images()),
              number(size.questions()),
              number(size.textQuestions())));
    }
    return cells;
  }

  private List<List<String>> methodCells() {
    List<List<String>> cells = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("method"));
    for (RunPlan.ModelPlan model : plan.models()) {
      header.add(model.name() + " tokens");
      header.add("GFLOP");
    }
    cells.add(header);
    for (int m = 0; m < plan.models().get(0).estimate().methods().size(); m++) {
      List<String> line = new ArrayList<>();
      for (RunPlan.ModelPlan model : plan.models()) {
        RunEstimate.MethodEstimate method = model.estimate().methods().get(m);
        if (line.isEmpty()) {
          line.add(method.method().toString());
        }
        line.add(Integer.toString(method.tokens()));
        line.add(String.format(Locale.ROOT, "%.2f", model.estimate().alone(method) / GIGA));
      }
      cells.add(line);
    }
    return cells;
  }

  private static String counted(long value, String noun) {
    return number(value) + " " + noun + (value == 1 ? "" : "s");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Formats a value with three digits and an SI prefix. */
  static String prefixed(double value) {
    int thousands = 0;
    double rest = value;
    while (rest >= 999.5 && thousands < PREFIXES.length - 1) {
      rest /= 1000;
      thousands++;
    }
    String digits = rest < 9.995 ? "%.2f" : rest < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, digits + " " + PREFIXES[thousands], rest);
  }
}
