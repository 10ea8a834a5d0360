package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Compares the device's answers under every method, and under some pairs, with the processor's, on
 * the demo checkpoint. A method that the processor refuses there, such as one whose layers it has
 * not, is left out; one that only the device refuses is a difference.
 */
final class MethodAgreement implements Section {

  private static final int IMAGES = 4;
  private static final int QUESTIONS = 2;
  private static final int NEW_TOKENS = 12;
  // Whose own layers are more than the demo checkpoint has.
  private static final List<String> FIRST_LAYERS =
      List.of(
          "clse:layers=1",
          "deeprandom:layer=1",
          "pyramiddrop:layers=1",
          "sparsevlm:budgets=9,layers=0,version=2",
          "v2drop:layers=1,ratios=0.5",
          "vtw:layer=1");
  private static final String CLIP = "clips/mini";
  private static final List<String> PAIRS =
      List.of("prumerge..fastv:ratio=0.5", "visionzip:tokens=16..vtw:layer=2");

  @Override
  public String name() {
    return "methods";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Workload pope =
        new Workload(DemoData.of(setting).pope(IMAGES), NEW_TOKENS).first(IMAGES, QUESTIONS);
    List<MethodSpec> methods = methods(setting);
    for (DtypeChoice dtype : List.of(DtypeChoice.FP32, DtypeChoice.BF16)) {
      List<Asked> wanted = ofProcessor(setting, dtype, pope, methods);
      try (EngineLoop device = new EngineLoop(setting.demo(), dtype, setting.device())) {
        Figure figure = figure(dtype, ask(device, pope, methods), wanted);
        results.add(dtype == DtypeChoice.FP32 ? figure.against(Goal.atLeast(1)) : figure);
      }
    }
  }

  private static List<Asked> ofProcessor(
      Setting setting, DtypeChoice dtype, Workload pope, List<MethodSpec> methods)
      throws Exception {
    List<Asked> asked = new ArrayList<>();
    try (EngineLoop cpu = new EngineLoop(setting.demo(), dtype)) {
      for (MethodSpec method : methods) {
        String key = CpuAnswers.key(setting, "method", dtype, pope.requests(method));
        asked.add(
            new Asked(method, setting.cpu().answers(key, () -> ask(cpu, pope, method).answers)));
      }
    }
    return asked;
  }

  /** A method's answers to all questions, image by image. */
  private record Asked(MethodSpec method, List<Said> answers) {

    boolean failed() {
      return error() != null;
    }

    String error() {
      return answers.stream().map(Said::error).filter(Objects::nonNull).findFirst().orElse(null);
    }

    boolean sameAs(Asked other) {
      return answers.equals(other.answers);
    }
  }

  private static List<MethodSpec> methods(Setting setting) {
    List<String> specs = new ArrayList<>();
    for (String name : TokenReducers.names()) {
      ReducerFactory factory = TokenReducers.named(name);
      if (!factory.takesAnyNumber()) { // a script, whose file nobody named
        String example = factory.about().example();
        specs.add(example.isEmpty() ? name : name + ":" + example);
      }
    }
    return Stream.of(specs, FIRST_LAYERS, PAIRS)
        .flatMap(List::stream)
        .map(spec -> spec.replace("clip=DIR", "clip=" + setting.golden(CLIP)))
        .map(MethodSpec::parse)
        .toList();
  }

  private static List<Asked> ask(EngineLoop engine, Workload workload, List<MethodSpec> methods)
      throws InterruptedException {
    List<Asked> asked = new ArrayList<>();
    for (MethodSpec method : methods) {
      asked.add(ask(engine, workload, method));
    }
    return asked;
  }

  private static Asked ask(EngineLoop engine, Workload workload, MethodSpec method)
      throws InterruptedException {
    List<ImageRequest> requests = workload.requests(method);
    return new Asked(
        method,
        engine.answersOrErrors(requests).stream().flatMap(List::stream).map(Said::of).toList());
  }

  private static Figure figure(DtypeChoice dtype, List<Asked> found, List<Asked> wanted) {
    List<String> refused = new ArrayList<>();
    List<String> different = new ArrayList<>();
    int equal = 0;
    for (int i = 0; i < found.size(); i++) {
      if (wanted.get(i).failed()) {
        refused.add(found.get(i).method.toString());
      } else if (found.get(i).failed()) {
        different.add(found.get(i).method + " (" + found.get(i).error() + ")");
      } else if (found.get(i).sameAs(wanted.get(i))) {
        equal++;
      } else {
        different.add(found.get(i).method.toString());
      }
    }
    return Figure.of(
        "methods whose answers and kept patches, %s, equal the processor's"
            .formatted(dtype.name().toLowerCase(Locale.ROOT)),
        "mini-llava",
        (double) equal / (found.size() - refused.size()),
        Unit.SHARE,
        "%d of %d; different: %s; refused by the processor too: %s"
            .formatted(
                equal,
                found.size() - refused.size(),
                different.isEmpty() ? "none" : String.join(", ", different),
                refused.isEmpty() ? "none" : String.join(", ", refused)));
  }
}
