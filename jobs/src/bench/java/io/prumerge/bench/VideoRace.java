package io.prumerge.bench;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * Questions per second about videos compared with Hugging Face's, on a random LLaVA-OneVision. The
 * peer, too, encodes a video once for all its questions.
 */
final class VideoRace implements Section {

  private static final double PART = 0.2;
  private static final int MOST_ROUNDS = 5;
  private static final int NEW_TOKENS = 2; // as in WideRace
  private static final int COMPARED_TOKENS = 8;
  private static final int VIDEOS = 2;
  private static final int FRAMES = 8;
  private static final int QUESTIONS = 6;

  private final Peer peer;

  VideoRace(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return "video";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedVideo> videos = AskedVideo.draw(setting.work().resolve("pictures"), VIDEOS, FRAMES);
    Workload work = new Workload(videos, NEW_TOKENS);
    List<Contest> contests =
        List.of(
            contest(
                "questions/s over the Hugging Face loop, 6 questions per video of 8 frames, none",
                work.first(1, QUESTIONS),
                Contest.Way.LOOP),
            contest(
                "1 question per video of 8 frames, none", work.first(VIDEOS, 1), Contest.Way.LOOP),
            contest(
                "over Hugging Face's generate in one batch of 6, a video of 8 frames, none",
                work.first(1, QUESTIONS),
                Contest.Way.BATCH));
    List<Goal> goals = List.of(Goal.atLeast(5), Goal.atLeast(1.5), Goal.atLeast(5));
    Path model = setting.randomOneVision();
    try (EngineLoop engine = engine(model, setting.dtype())) {
      String on = model.getFileName() + ", " + engine.precision().label();
      new Race(contests, goals).run(model, engine, peer, setting.part(PART), on, results);
    }
    LlavaEngine.releaseIdle();
    Workload compared = new Workload(videos, COMPARED_TOKENS);
    results.add(agreement(compared.first(1, QUESTIONS), model).against(Goal.atLeast(1)));
  }

  /** The engine with the checkpoint, on the processor. */
  static EngineLoop engine(Path model, DtypeChoice dtype) {
    return EngineLoop.ofFamily(model, dtype, DeviceChoice.CPU, "qwen_1_5");
  }

  // In fp32, where near ties, of which random weights have many, fall alike.
  private Figure agreement(Workload work, Path model) throws InterruptedException {
    Contest exact = contest("of these answers, equal in fp32", work, Contest.Way.LOOP);
    try (EngineLoop engine = engine(model, DtypeChoice.FP32)) {
      try {
        peer.load(model, engine.precision(), engine.device());
      } catch (PeerException e) {
        exact.leave(e.getMessage());
      }
      exact.round(0, engine, peer);
      return exact.agreement(model.getFileName() + ", " + engine.precision().label());
    }
  }

  private static Contest contest(String measure, Workload work, Contest.Way way) {
    return new Contest(measure, work, "none", way, MOST_ROUNDS);
  }
}
