package io.prumerge.bench;

import io.prumerge.zoo.DtypeChoice;
import java.util.List;

/** Questions per second compared with Hugging Face's, on the demo's checkpoint, in fp32. */
final class DemoRace implements Section {

  private static final double PART = 0.1;
  private static final int MOST_ROUNDS = 9;
  private static final int IMAGES = 8;
  private static final int POPE_QUESTIONS = 18;
  // What the checkpoint's own generation_config.json says.
  private static final int NEW_TOKENS = 16;

  private final Peer peer;

  DemoRace(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Workload pope = new Workload(DemoData.of(setting).pope(IMAGES), NEW_TOKENS);
    List<Contest> contests =
        List.of(
            contest(
                "questions/s over the Hugging Face loop, 18 questions per image, none",
                pope.first(2, POPE_QUESTIONS),
                "none",
                Contest.Way.LOOP),
            contest(
                "the same with PruMerge on both sides",
                pope.first(2, POPE_QUESTIONS),
                "prumerge",
                Contest.Way.LOOP),
            contest("2 questions per image, none", pope.first(IMAGES, 2), "none", Contest.Way.LOOP),
            contest("1 question per image, none", pope.first(IMAGES, 1), "none", Contest.Way.LOOP),
            contest(
                "over Hugging Face's generate in one batch of 36, none",
                pope.first(2, POPE_QUESTIONS),
                "none",
                Contest.Way.BATCH));
    List<Goal> goals =
        List.of(Goal.atLeast(12), Goal.atLeast(10), Goal.atLeast(2), Goal.atLeast(1.15));
    try (EngineLoop engine = new EngineLoop(setting.demo(), DtypeChoice.FP32)) {
      new Race(contests, goals)
          .run(
              setting.demo(),
              engine,
              peer,
              setting.part(PART),
              "mini-llava, " + engine.precision().label(),
              results);
    }
  }

  private static Contest contest(String measure, Workload work, String method, Contest.Way way) {
    return new Contest(measure, work, method, way, MOST_ROUNDS);
  }
}
