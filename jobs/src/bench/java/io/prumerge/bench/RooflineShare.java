package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Questions and tokens a second as a share of the roofline: of the least time that the device needs
 * for the same work at the best rates of plain products and copies measured in the same run. Once
 * for one burst of images, once sustained: for several that follow each other without a pause.
 */
final class RooflineShare implements Section {

  private static final double PART = 0.6;
  private static final int MOST_ROUNDS = 5;
  private static final int BURSTS = 4;
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
      double part = PART / (2 * Kind.values().length * METHODS.size());
      for (Kind kind : Kind.values()) {
        for (MethodSpec method : METHODS) {
          List<ImageRequest> requests =
              images.stream()
                  .map(image -> image.first(kind.questions))
                  .map(image -> image.request(List.of(method), kind.newTokens))
                  .toList();
          // They overlap: the first one's beginning and the last one's end weigh a quarter.
          List<ImageRequest> several =
              Collections.nCopies(BURSTS, requests).stream().flatMap(List::stream).toList();
          engine.answer(requests.subList(0, 1));
          Figure burst =
              figure(
                  "share of the roofline, %s, %s".formatted(kind.label, method),
                  on,
                  setting.part(part),
                  kind,
                  () -> burst(engine, requests, work, peaks));
          results.add(kind == Kind.POPE && count > 2 ? burst.against(Goal.atLeast(0.6)) : burst);
          results.add(
              figure(
                  "sustained share of the roofline, %s, %s".formatted(kind.label, method),
                  on,
                  setting.part(part),
                  kind,
                  () -> burst(engine, several, work, peaks)));
        }
      }
    }
  }

  /**
   * Work that was done.
   *
   * @param images with their questions
   * @param seconds that it took
   * @param least seconds that it could have taken
   */
  private record Done(int images, double seconds, double least) {}

  private interface Measurement {
    Done run() throws InterruptedException;
  }

  private static Done burst(
      EngineLoop engine, List<ImageRequest> requests, ModelWork work, Peaks peaks)
      throws InterruptedException {
    long start = System.nanoTime();
    List<Answer> answers = engine.answer(requests).stream().flatMap(List::stream).toList();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Done(requests.size(), seconds, floor(answers, work, peaks));
  }

  private static Figure figure(
      String measure, String on, Duration allotted, Kind kind, Measurement measurement)
      throws Exception {
    Samples shares = new Samples();
    Samples images = new Samples();
    Rounds.within(
        allotted,
        MOST_ROUNDS,
        number -> {
          Done done = measurement.run();
          shares.add(done.least() / done.seconds());
          images.add(done.images() / done.seconds());
        });
    double questions = images.median() * kind.questions;
    return Figure.of(
        measure,
        on,
        shares.median(),
        Unit.SHARE,
        String.format(
            Locale.ROOT,
            "%.1f questions/s, %.1f tokens/s, %d rounds",
            questions,
            questions * kind.newTokens,
            shares.count()));
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
