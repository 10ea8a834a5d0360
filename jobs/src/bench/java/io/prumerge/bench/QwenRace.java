package io.prumerge.bench;

import io.prumerge.image.processor.ImageAspect;
import io.prumerge.zoo.DeviceChoice;
import java.nio.file.Path;
import java.util.List;

/** Questions per second compared with Hugging Face's, on a random Qwen2.5-VL of 7B's widths. */
final class QwenRace implements Section {

  private static final double PART = 0.15;
  private static final int MOST_ROUNDS = 5;
  private static final int NEW_TOKENS = 2; // as in WideRace

  private final Peer peer;

  QwenRace(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return "qwen";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Workload pope = new Workload(Pictures.draw(setting.work().resolve("pictures"), 2), NEW_TOKENS);
    List<Contest> contests =
        List.of(
            new Contest(
                "questions/s over the Hugging Face loop, 8 questions per image, none",
                pope.first(1, 8),
                "none",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "1 question per image, none",
                pope.first(2, 1),
                "none",
                Contest.Way.LOOP,
                MOST_ROUNDS));
    List<Goal> goals =
        setting.device() == DeviceChoice.CPU
            ? List.of(Goal.atLeast(5), Goal.atLeast(1.5))
            : List.of();
    Path model = setting.randomQwen();
    try (EngineLoop engine =
        new EngineLoop(model, setting.dtype(), setting.device(), ImageAspect.AUTO, "qwen2_vl")) {
      String on = model.getFileName() + ", " + engine.precision().label();
      new Race(contests, goals).run(model, engine, peer, setting.part(PART), on, results);
    }
  }
}
