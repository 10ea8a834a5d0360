package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Locale;

/**
 * Questions and tokens a second as a share of the roofline: of the least time that the device needs
 * for the same work at the best rates of plain products and copies measured in the same run.
 */
final class RooflineShare implements Section {

  private static final double PART = 0.7;
  private static final int MOST_ROUNDS = 5;
  private static final List<MethodSpec> METHODS =
      List.of(MethodSpec.NONE, MethodSpec.parse("prumerge"));

  /** Kinds of work. */
  private enum Kind {
    POPE("POPE-like", 18, 2),
    VQA("VQAv2-like", 3, 3),
    LONG("long answers", 1, 128);

    private final String label;
    private final int questions;
    private final int newTokens;

    Kind(String label, int questions, int newTokens) {
      this.label = label;
      this.questions = questions;
      this.newTokens = newTokens;
    }
  }

  @Override
  public String name() {
    return "roofline";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    // A GPU takes many images a pass; the rehearsal on a processor only has to run.
    int count = setting.device() == DeviceChoice.CPU ? 2 : 28;
    List<AskedImage> images = Pictures.draw(setting.work().resolve("pictures"), count);
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device());
        Peaks peaks = new Peaks(setting.shape(), engine.precision(), engine.device())) {
      peaks.round();
      peaks.round();
      ModelWork work = new ModelWork(setting.random(), engine.precision());
      String on = setting.randomName() + ", " + engine.precision().label();
      results.fact(
          "peaks",
          String.format(
              Locale.ROOT, "%.2f TFLOP/s, %.3f TB/s", peaks.flops() / 1e12, peaks.bytes() / 1e12));
      double part = PART / (Kind.values().length * METHODS.size());
      for (Kind kind : Kind.values()) {
        for (MethodSpec method : METHODS) {
          List<ImageRequest> requests =
              images.stream()
                  .map(image -> image.first(kind.questions))
                  .map(image -> image.request(List.of(method), kind.newTokens))
                  .toList();
          Samples shares = new Samples();
          Samples seconds = new Samples();
          engine.answer(requests.subList(0, 1));
          Rounds.within(
              setting.part(part),
              MOST_ROUNDS,
              number -> {
                long start = System.nanoTime();
                List<Answer> answers =
                    engine.answer(requests).stream().flatMap(List::stream).toList();
                seconds.add((System.nanoTime() - start) / 1e9);
                shares.add(floor(answers, work, peaks) / seconds.last());
              });
          results.add(figure(kind, method, requests.size(), seconds, shares, on));
        }
      }
    }
  }

  private static Figure figure(
      Kind kind, MethodSpec method, int images, Samples seconds, Samples shares, String on) {
    double questions = images * kind.questions / seconds.median();
    Figure figure =
        Figure.of(
            "share of the roofline, %s, %s".formatted(kind.label, method),
            on,
            shares.median(),
            Unit.SHARE,
            String.format(
                Locale.ROOT,
                "%.1f questions/s, %.1f tokens/s, %d images, %d rounds",
                questions,
                questions * kind.newTokens,
                images,
                seconds.count()));
    return kind == Kind.POPE && images > 2 ? figure.against(Goal.atLeast(0.6)) : figure;
  }

  /**
   * The least seconds: everything before decoding as executed at the best rate of products, then
   * steps of all sequences together, each bound by its bytes (weights once, every cache) or by its
   * products.
   */
  private static double floor(List<Answer> answers, ModelWork work, Peaks peaks) {
    double before = 0;
    double decode = 0;
    double caches = 0;
    int steps = 0;
    for (Answer answer : answers) {
      before += answer.work().flopsExecuted() - (double) answer.work().cost().decode();
      decode += answer.work().cost().decode();
      caches += answer.work().kvCacheBytes();
      steps = Math.max(steps, answer.tokens().generated() - 1);
    }
    double bytes = steps * (work.step(0) + caches);
    return before / peaks.flops() + Math.max(bytes / peaks.bytes(), decode / peaks.flops());
  }
}
