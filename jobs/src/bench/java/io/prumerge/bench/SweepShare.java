package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Locale;

/**
 * Eight methods in one sweep compared with the image encoded once and each method's language model.
 */
final class SweepShare implements Section {

  private static final double PART = 0.07;
  private static final int MOST_ROUNDS = 9;
  private static final int QUESTIONS = 2;
  private static final int NEW_TOKENS = 2;

  private static final List<MethodSpec> METHODS =
      List.of(
              "none",
              "prumerge",
              "prumerge+",
              "prumerge:merge=false",
              "uniform:tokens=@prumerge",
              "spatial:tokens=@prumerge",
              "random:tokens=@prumerge",
              "first:tokens=@prumerge")
          .stream()
          .map(MethodSpec::parse)
          .toList();

  @Override
  public String name() {
    return "sweep";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    AskedImage image = Pictures.draw(setting.work().resolve("pictures"), 1).get(0).first(QUESTIONS);
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype())) {
      Samples sweep = new Samples();
      Samples parts = new Samples();
      engine.answer(List.of(image.request(METHODS, NEW_TOKENS)));
      Rounds.within(
          setting.part(PART),
          MOST_ROUNDS,
          number -> {
            Samples vision = new Samples();
            double language = 0;
            for (MethodSpec method : METHODS) {
              Stages alone = Stages.of(answers(engine, image, List.of(method)));
              vision.add(alone.vision());
              language += alone.language();
            }
            parts.add(vision.median() + language);
            long start = System.nanoTime();
            answers(engine, image, METHODS);
            sweep.add((System.nanoTime() - start) / 1e9);
          });
      results.add(
          Figure.of(
                  "a sweep of 8 methods over 1 x vision + their language model's time",
                  setting.randomName() + ", " + engine.precision().label(),
                  sweep.over(parts),
                  Unit.SHARE,
                  String.format(
                      Locale.ROOT,
                      "%.2f of %.2f s, %d questions, %d rounds",
                      sweep.median(),
                      parts.median(),
                      QUESTIONS,
                      sweep.count()))
              .against(Goal.atMost(1.05)));
    }
  }

  private static List<Answer> answers(EngineLoop engine, AskedImage image, List<MethodSpec> methods)
      throws InterruptedException {
    return engine.answer(List.of(image.request(methods, NEW_TOKENS))).get(0);
  }
}
