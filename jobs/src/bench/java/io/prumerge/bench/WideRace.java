package io.prumerge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.model.RandomShape;
import io.prumerge.zoo.DeviceChoice;
import java.util.List;

/** Questions per second compared with Hugging Face's, on the random checkpoint of real widths. */
final class WideRace implements Section {

  static final String NAME = "wide";

  private static final double PART = 0.45;
  private static final int MOST_ROUNDS = 5;
  // As in "Yes" and the end of the sequence; random weights never end by themselves.
  private static final int NEW_TOKENS = 2;
  private static final int STAGE_ROUNDS = 3;

  private final Peer peer;

  WideRace(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> pictures = Pictures.draw(setting.work().resolve("pictures"), 2);
    Workload pope = new Workload(pictures, NEW_TOKENS);
    Contest packed =
        new Contest(
            "questions/s over the Hugging Face loop, 18 questions per image, none",
            pope.first(1, 18),
            "none",
            Contest.Way.LOOP,
            MOST_ROUNDS);
    List<Contest> contests =
        List.of(
            packed,
            new Contest(
                "the same with PruMerge on both sides",
                pope.first(1, 18),
                "prumerge",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "2 questions per image, none",
                pope.first(2, 2),
                "none",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "1 question per image, none",
                pope.first(2, 1),
                "none",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "2 questions per image, PruMerge on both sides",
                pope.first(2, 2),
                "prumerge",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "1 question per image, PruMerge on both sides",
                pope.first(2, 1),
                "prumerge",
                Contest.Way.LOOP,
                MOST_ROUNDS),
            new Contest(
                "over Hugging Face's generate in one batch of 18, none",
                pope.first(1, 18),
                "none",
                Contest.Way.BATCH,
                1));
    // Nobody has measured on a GPU yet what can be asked for there.
    List<Goal> goals =
        setting.device() == DeviceChoice.CPU
            ? List.of(Goal.atLeast(12), Goal.atLeast(10), Goal.atLeast(2), Goal.atLeast(1.15))
            : List.of();
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      String on = setting.randomName() + ", " + engine.precision().label();
      new Race(contests, goals)
          .run(setting.random(), engine, peer, setting.part(PART), on, results);
      if (packed.hasPeer() && setting.shape().textLayers() < RandomShape.LAYERS_OF_7B) {
        Figure projected =
            packed.projected(
                on,
                peerLanguage(peer, pictures.get(0)),
                (double) RandomShape.LAYERS_OF_7B / setting.shape().textLayers());
        results.add(goals.isEmpty() ? projected : projected.against(goals.get(0)));
      }
    }
  }

  // Seconds of one question in the peer's language model.
  private static double peerLanguage(Peer peer, AskedImage image) throws PeerException {
    Samples seconds = new Samples();
    for (int i = 0; i < STAGE_ROUNDS; i++) {
      JsonNode stages = peer.stages(image, NEW_TOKENS - 1);
      seconds.add(
          stages.get("prefill").asDouble() + (NEW_TOKENS - 1) * stages.get("step").asDouble());
    }
    return seconds.median();
  }
}
