package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import java.util.List;
import java.util.Locale;

/**
 * Where the time goes by the columns {@code ms_*}: a device that only queues what it is asked must
 * not leave a stage's time to the next one. The tower does the same work under every method, so its
 * time under PruMerge is compared with that under none.
 */
final class StageShares implements Section {

  private static final int QUESTIONS = 3;
  private static final int NEW_TOKENS = 3;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "stages";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    boolean cpu = setting.device() == DeviceChoice.CPU;
    List<AskedImage> images = Pictures.draw(setting.work().resolve("pictures"), cpu ? 2 : 16);
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      String on = setting.randomName() + ", " + engine.precision().label();
      double none = add(engine, images, MethodSpec.NONE, on, results);
      double prumerge = add(engine, images, MethodSpec.parse("prumerge"), on, results);
      Figure ratio =
          Figure.of(
              "ms_vision of an image, PruMerge over none",
              on,
              prumerge / none,
              Unit.SHARE,
              "the tower does the same work");
      results.add(cpu ? ratio : ratio.against(Goal.atMost(1.5)));
    }
    LlavaEngine.releaseIdle();
    try (EngineLoop engine =
        EngineLoop.inOneLane(setting.random(), setting.dtype(), setting.device())) {
      String on = setting.randomName() + ", " + engine.precision().label();
      addAlone(engine, images, MethodSpec.NONE, on, results);
      addAlone(engine, images, MethodSpec.parse("prumerge"), on, results);
    }
  }

  // Returns the tower's milliseconds an image.
  private static double add(
      EngineLoop engine, List<AskedImage> images, MethodSpec method, String on, Results results)
      throws InterruptedException {
    List<ImageRequest> requests = requests(images, QUESTIONS, method);
    return add("", engine, List.of(requests), QUESTIONS, method, on, results);
  }

  // One question at a time, as --timing alone asks.
  private static void addAlone(
      EngineLoop engine, List<AskedImage> images, MethodSpec method, String on, Results results)
      throws InterruptedException {
    List<List<ImageRequest>> alone = requests(images, 1, method).stream().map(List::of).toList();
    add("alone, ", engine, alone, 1, method, on, results);
  }

  private static List<ImageRequest> requests(
      List<AskedImage> images, int questions, MethodSpec method) {
    return images.stream()
        .map(image -> image.first(questions).request(List.of(method), NEW_TOKENS))
        .toList();
  }

  /**
   * @param batches requests that are asked together
   */
  private static double add(
      String how,
      EngineLoop engine,
      List<List<ImageRequest>> batches,
      int questions,
      MethodSpec method,
      String on,
      Results results)
      throws InterruptedException {
    engine.answer(batches.get(0));
    long start = System.nanoTime();
    Stages sum = new Stages(0, 0, 0, 0, 0);
    for (int round = 0; round < ROUNDS; round++) {
      for (List<ImageRequest> batch : batches) {
        List<Answer> answers = engine.answer(batch).stream().flatMap(List::stream).toList();
        sum = sum.plus(Stages.of(answers));
      }
    }
    double count = ROUNDS * batches.stream().mapToInt(List::size).sum();
    double wall = (System.nanoTime() - start) / 1e6 / count;
    results.add(
        Figure.of(
            "time of an image, " + how + method,
            on,
            1e3 * wall,
            Unit.MICROSECONDS,
            String.format(
                Locale.ROOT,
                "of which ms: vision %.2f, reduction %.2f, prefill %.2f, decode %.2f; %d questions each",
                1e3 * sum.vision() / count,
                1e3 * sum.reduction() / count,
                1e3 * sum.prefill() / count,
                1e3 * sum.decode() / count,
                questions)));
    return 1e3 * sum.vision() / count;
  }
}
