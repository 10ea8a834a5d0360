package io.prumerge.plan.preflight;

import io.prumerge.console.Console;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.plan.BenchmarkSize;
import io.prumerge.plan.LocalModel;
import io.prumerge.plan.MethodEstimate;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.PaidTokens;
import io.prumerge.plan.RunEstimate;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.SeenPictures;
import io.prumerge.settings.NamedModel;
import io.prumerge.store.Json;
import io.prumerge.video.FrameProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Shows the plan of a run and its estimated cost, as text or JSON. */
public final class RunPreview {

  private static final double GIGA = 1e9;
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E", "Z"};

  /** The document of {@code --json}. */
  private record Document(
      List<Model> models,
      List<BenchmarkSize> benchmarks,
      List<Method> methods,
      List<String> notices,
      List<ShownPrompts.Prompt> prompts,
      long answers,
      int repeats,
      double flops,
      PreflightDocument cluster,
      List<PaidTokens> paidTokens) {}

  /**
   * One model; {@code flops} are estimated, over all its questions up to the first tokens. Behind
   * an endpoint they and the aspect are unknown, and {@code requests} are sent, to the {@code
   * servers} too. The {@code protocol} of the videos' frames is null without a video.
   */
  private record Model(
      String model,
      String protocol,
      String path,
      String imageAspect,
      Double flops,
      long requests,
      List<String> servers) {}

  /**
   * One method of one model; {@code sized} (the method as its budget sizes it, null without one),
   * {@code visualTokens}, {@code visualTokensLayerMean} and {@code flopsQuestion} (up to the first
   * token, asked alone) are estimates for an image with LLaVA-1.5's mean number of outliers.
   */
  private record Method(
      String model,
      String protocol,
      String method,
      String sized,
      int visualTokens,
      double visualTokensLayerMean,
      double flopsQuestion) {}

  private final RunPlan plan;

  /** Shows a plan. */
  public RunPreview(RunPlan plan) {
    this.plan = plan;
  }

  private double flops() {
    return plan.models().stream().mapToDouble(plan::flops).sum();
  }

  /**
   * Returns the plan as one JSON document.
   *
   * @param prompts texts of some questions
   */
  public String json(Preflight preflight, ShownPrompts prompts) {
    List<Method> methods = new ArrayList<>();
    for (ModelPlan model : plan.models()) {
      if (model.local().isPresent()) {
        RunEstimate estimate = model.local().get().estimate();
        for (MethodEstimate method : estimate.methods()) {
          methods.add(
              new Method(
                  model.name(),
                  protocol(model),
                  method.method().toString(),
                  method.isSized() ? method.sized().toString() : null,
                  method.tokens(),
                  estimate.layerMean(method),
                  estimate.alone(method)));
        }
      }
    }
    return Json.write(
        new Document(
            plan.models().stream().map(this::model).toList(),
            plan.plan().sizes(),
            methods,
            plan.notices(),
            prompts.all(),
            plan.answers(),
            plan.repeats(),
            flops(),
            preflight.document(),
            PaidTokens.of(plan)));
  }

  private Model model(ModelPlan model) {
    boolean here = model.local().isPresent();
    return new Model(
        model.name(),
        protocol(model),
        model.source().toString(),
        here ? aspect(model) : null,
        here ? (Double) plan.flops(model) : null,
        here ? 0 : plan.asked(model),
        model.servers().stream().map(NamedModel::toString).toList());
  }

  private static String protocol(ModelPlan model) {
    return model.protocol().map(FrameProtocol::toString).orElse(null);
  }

  private static String aspect(ModelPlan model) {
    return model
        .local()
        .map(local -> local.imageAspect().name().toLowerCase(Locale.ROOT))
        .orElse("the server's");
  }

  /** Prints the plan as tables. */
  public void print(Console console) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s x %s x %s: %s, %s%n%n",
            models(),
            Texts.count(plan.plan().contents().questions(), "question"),
            Texts.count(
                plan.models().stream()
                    .mapToInt(model -> model.methods().size())
                    .max()
                    .orElseThrow(),
                "method"),
            Texts.count(plan.answers(), "answer"),
            work());
    if (plan.repeats() > 0) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "All are asked %s more for the noise: %s in addition, each time as much work.%n%n",
              Texts.count(plan.repeats(), "time"),
              Texts.count(plan.repeats() * plan.answers(), "answer"));
    }
    console.table(modelCells());
    console.out().println();
    console.table(benchmarkCells());
    console.out().println();
    if (!plan.locals().isEmpty()) {
      console.table(methodCells());
      console
          .out()
          .printf(
              Locale.ROOT,
              "%nTokens, their mean over the layers and GFLOP are estimates for one question asked"
                  + " alone about %s with 5.5 %% outliers, LLaVA-1.5's mean: methods that count"
                  + " them, as prumerge, may leave other numbers of yours.%s%n%n",
              isAboutVideos() ? "a video" : "an image",
              pictures());
    }
    Stream.concat(plan.notices().stream(), PaidTokens.of(plan).stream().map(PaidTokens::sentence))
        .forEach(notice -> console.out().printf(Locale.ROOT, "%s.%n%n", notice));
  }

  private boolean isAboutVideos() {
    return plan.models().get(0).protocol().isPresent();
  }

  private String models() {
    long protocols = plan.models().stream().map(ModelPlan::protocol).distinct().count();
    String models = Texts.count(plan.models().size() / protocols, "model");
    return isAboutVideos()
        ? models + " x " + Texts.count(protocols, "protocol") + " of frames"
        : models;
  }

  private String work() {
    String here = Text.format("about %sFLOP up to their first tokens", prefixed(flops()));
    long requests = plan.elsewhere().stream().mapToLong(plan::asked).sum();
    String there = Text.format("%s to endpoints", Texts.count(requests, "request"));
    return requests == 0 ? here : plan.locals().isEmpty() ? there : here + ", " + there;
  }

  private List<List<String>> modelCells() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("model", "image aspect", "to run", "folder"));
    for (ModelPlan model : plan.models()) {
      cells.add(
          List.of(
              model.title(),
              aspect(model),
              model.local().isPresent()
                  ? prefixed(plan.flops(model)) + "FLOP"
                  : requests(model.ownMethods().size()),
              model.source().toString()));
      for (NamedModel server : model.servers()) {
        cells.add(
            List.of(
                model.title() + " " + server.name(),
                aspect(model),
                requests(1),
                server.model().toString()));
      }
    }
    return cells;
  }

  /** Returns how many requests one server gets. */
  private String requests(int methods) {
    return Texts.count(plan.requestsToServer(methods), "request");
  }

  private List<List<String>> benchmarkCells() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "benchmark", "split", isAboutVideos() ? "videos" : "images", "questions", "text only"));
    for (BenchmarkSize size : plan.plan().sizes()) {
      cells.add(
          List.of(
              size.benchmark(),
              size.split(),
              number(size.differentImages()),
              number(size.questions()),
              number(size.textQuestions())));
    }
    return cells;
  }

  private List<List<String>> methodCells() {
    List<List<String>> cells = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("method"));
    List<ModelPlan> models =
        plan.models().stream().filter(model -> model.local().isPresent()).toList();
    boolean sized =
        plan.locals().stream()
            .flatMap(model -> model.estimate().methods().stream())
            .anyMatch(MethodEstimate::isSized);
    for (ModelPlan model : models) {
      header.add(model.title() + " tokens");
      header.add("a layer");
      header.add("GFLOP");
      if (sized) {
        header.add("sized");
      }
    }
    cells.add(header);
    for (int m = 0; m < models.get(0).methods().size(); m++) {
      List<String> line = new ArrayList<>();
      for (ModelPlan model : models) {
        RunEstimate estimate = model.local().orElseThrow().estimate();
        MethodEstimate method = estimate.methods().get(m);
        if (line.isEmpty()) {
          line.add(method.method().toString());
        }
        line.add(Integer.toString(method.tokens()));
        line.add(Text.format("%.1f", estimate.layerMean(method)));
        line.add(Text.format("%.2f", estimate.alone(method) / GIGA));
        if (sized) {
          line.add(method.isSized() ? method.sized().toString() : "");
        }
      }
      cells.add(line);
    }
    return cells;
  }

  // Of models for which pictures differ.
  private String pictures() {
    StringBuilder sentences = new StringBuilder();
    for (ModelPlan model : plan.models()) {
      model
          .local()
          .map(LocalModel::pictures)
          .filter(pictures -> SeenPictures.dependOnSize(pictures.config()))
          .ifPresent(
              pictures ->
                  sentences.append(
                      Text.format(
                          " For %s the %s has %,d patches; the examples' have %s.",
                          model.title(),
                          isAboutVideos() ? "video" : "image",
                          pictures.typical().patches(),
                          pictures.kinds().isEmpty() ? "unknown sizes" : pictures.patches())));
    }
    return sentences.toString();
  }

  private static String number(long value) {
    return Text.format("%,d", value);
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
    return Text.format(digits + " " + PREFIXES[thousands], rest);
  }
}
