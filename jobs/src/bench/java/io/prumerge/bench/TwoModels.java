package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DtypeChoice;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Two models of one process at work at the same time, compared with one after the other. */
final class TwoModels implements Section {

  private static final double PART = 0.04;
  private static final int MOST_ROUNDS = 5;
  private static final int WIDE_IMAGES = 4;
  private static final int DEMO_IMAGES = 64;
  private static final int QUESTIONS = 6;
  private static final int NEW_TOKENS = 3;

  @Override
  public String name() {
    return "models";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), DEMO_IMAGES).stream()
            .map(image -> image.first(QUESTIONS))
            .toList();
    List<MethodSpec> methods = List.of(MethodSpec.NONE, MethodSpec.parse("prumerge"));
    List<ImageRequest> demo =
        images.stream().map(image -> image.request(methods, NEW_TOKENS)).toList();
    List<ImageRequest> wide = demo.subList(0, WIDE_IMAGES);
    Samples sequential = new Samples();
    Samples together = new Samples();
    try (EngineLoop first = new EngineLoop(setting.random(), setting.dtype(), setting.device());
        EngineLoop second = new EngineLoop(setting.demo(), DtypeChoice.AUTO, setting.device())) {
      first.answer(wide.subList(0, 1));
      second.answer(demo.subList(0, 1));
      Rounds.within(
          setting.part(PART),
          MOST_ROUNDS,
          number -> {
            sequential.add(seconds(first, wide) + seconds(second, demo));
            together.add(secondsTogether(first, wide, second, demo));
          });
    }
    results.add(
        Figure.of(
            "two models side by side over one after the other",
            setting.randomName() + " and mini-llava",
            sequential.over(together),
            Unit.TIMES,
            String.format(
                Locale.ROOT,
                "%.2f s against %.2f s, %d rounds",
                together.median(),
                sequential.median(),
                together.count())));
  }

  private static double seconds(EngineLoop engine, List<ImageRequest> requests)
      throws InterruptedException {
    long start = System.nanoTime();
    engine.answer(requests);
    return (System.nanoTime() - start) / 1e9;
  }

  private static double secondsTogether(
      EngineLoop first, List<ImageRequest> ofFirst, EngineLoop second, List<ImageRequest> ofSecond)
      throws InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              try {
                second.answer(ofSecond);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    first.answer(ofFirst);
    other.join();
    return (System.nanoTime() - start) / 1e9;
  }
}
