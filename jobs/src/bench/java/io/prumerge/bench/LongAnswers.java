package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/**
 * Tokens per second of 64 long answers at a time, compared with one such answer alone. Where their
 * lengths differ, an engine that works in batches waits for the slowest of each.
 *
 * <p>Eight questions to an image, so that the answers and not the tower take the time.
 */
final class LongAnswers implements Section {

  private static final double PART = 0.1;
  private static final int MOST_ROUNDS = 3;
  private static final int IMAGES = 8;
  private static final int QUESTIONS = 8;
  private static final int ANSWERS = IMAGES * QUESTIONS;
  private static final int SHORTEST = 8;
  private static final int LONGEST = 64;
  private static final MethodSpec PRUMERGE = MethodSpec.parse("prumerge");

  @Override
  public String name() {
    return "answers";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images = Pictures.draw(setting.work().resolve("pictures"), IMAGES);
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      String on = setting.randomName() + ", " + engine.precision().label();
      String equal = "of " + LONGEST + " tokens";
      String mixed = "of " + SHORTEST + " to " + LONGEST + " tokens";
      measure(engine, setting, on, results, equal, images, MethodSpec.NONE, i -> LONGEST);
      measure(engine, setting, on, results, equal, images, PRUMERGE, i -> LONGEST);
      measure(engine, setting, on, results, mixed, images, PRUMERGE, LongAnswers::length);
    }
  }

  // Spread evenly, neighbours far apart: 37 and 64 have no common divisor.
  private static int length(int answer) {
    return SHORTEST + (LONGEST - SHORTEST) * (37 * answer % ANSWERS) / (ANSWERS - 1);
  }

  private static List<ImageRequest> requests(
      List<AskedImage> images, MethodSpec method, IntUnaryOperator length) {
    List<ImageRequest> requests = new ArrayList<>();
    for (AskedImage image : images) {
      List<Question> questions = new ArrayList<>();
      for (String text : image.first(QUESTIONS).questions()) {
        int answer = requests.size() * QUESTIONS + questions.size();
        questions.add(new Question(text, length.applyAsInt(answer)));
      }
      requests.add(new ImageRequest(image.bytes(), questions, List.of(method)));
    }
    return requests;
  }

  private static void measure(
      EngineLoop engine,
      Setting setting,
      String on,
      Results results,
      String lengths,
      List<AskedImage> images,
      MethodSpec method,
      IntUnaryOperator length)
      throws Exception {
    List<ImageRequest> all = requests(images, method, length);
    List<ImageRequest> one = List.of(images.get(0).first(1).request(List.of(method), LONGEST));
    Samples together = new Samples();
    Samples alone = new Samples();
    engine.answer(one);
    Rounds.within(
        setting.part(PART / 3),
        MOST_ROUNDS,
        number -> {
          alone.add(rate(engine, one));
          together.add(rate(engine, all));
        });
    results.add(
        Figure.of(
            "tokens/s of %d long answers, %d per image, %s, %s"
                .formatted(ANSWERS, QUESTIONS, method, lengths),
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
