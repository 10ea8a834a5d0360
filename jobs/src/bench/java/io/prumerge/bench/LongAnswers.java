package io.prumerge.bench;

import io.prumerge.engine.ModelLease.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/**
 * Tokens per second of long answers about many images, beside one such answer alone. Where their
 * lengths differ, an engine that works in batches waits for the slowest of each.
 */
final class LongAnswers implements Section {

  private static final double PART = 0.1;
  private static final int MOST_ROUNDS = 3;
  private static final int IMAGES = 64;
  private static final int SHORTEST = 8;
  private static final int LONGEST = 256;
  private static final MethodSpec PRUMERGE = MethodSpec.parse("prumerge");

  @Override
  public String name() {
    return "answers";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), IMAGES).stream()
            .map(image -> image.first(1))
            .toList();
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      String on = setting.randomName() + ", " + engine.precision().label();
      measure(
          engine, setting, on, results, "none", requests(images, MethodSpec.NONE, i -> LONGEST));
      measure(engine, setting, on, results, "prumerge", requests(images, PRUMERGE, i -> LONGEST));
      String mixed = "none, of " + SHORTEST + " to " + LONGEST + " tokens";
      measure(
          engine,
          setting,
          on,
          results,
          mixed,
          requests(images, MethodSpec.NONE, LongAnswers::length));
    }
  }

  // Spread evenly, neighbours far apart: 37 and 64 have no common divisor.
  private static int length(int image) {
    return SHORTEST + (LONGEST - SHORTEST) * (37 * image % IMAGES) / (IMAGES - 1);
  }

  private static List<ImageRequest> requests(
      List<AskedImage> images, MethodSpec method, IntUnaryOperator length) {
    List<ImageRequest> requests = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      requests.add(images.get(i).request(List.of(method), length.applyAsInt(i)));
    }
    return requests;
  }

  private static void measure(
      EngineLoop engine,
      Setting setting,
      String on,
      Results results,
      String what,
      List<ImageRequest> requests)
      throws Exception {
    Samples together = new Samples();
    Samples alone = new Samples();
    engine.answer(requests.subList(1, 2));
    Rounds.within(
        setting.part(PART / 3),
        MOST_ROUNDS,
        number -> {
          alone.add(rate(engine, requests.subList(1, 2)));
          together.add(rate(engine, requests));
        });
    results.add(
        Figure.of(
            "tokens/s of " + IMAGES + " long answers, one per image, " + what,
            on,
            together.median(),
            Unit.PER_SECOND,
            String.format(
                Locale.ROOT,
                "tower and prefill included; %.1fx those of one answer alone, %d rounds",
                together.over(alone),
                together.count())));
  }

  private static double rate(EngineLoop engine, List<ImageRequest> requests)
      throws InterruptedException {
    long start = System.nanoTime();
    int tokens =
        engine.answer(requests).stream()
            .flatMap(List::stream)
            .mapToInt(one -> one.tokens().generated())
            .sum();
    return tokens / ((System.nanoTime() - start) / 1e9);
  }
}
