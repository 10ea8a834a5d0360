package io.prumerge.bench;

import io.prumerge.console.Texts;
import io.prumerge.image.processor.ImageAspect;
import java.util.List;

/**
 * Questions per second compared with another peer than Hugging Face's {@code generate}, on the
 * random checkpoint of real widths. The peer's process is there as long as the section runs.
 *
 * @param label the peer's loop, in the table
 * @param script of the peer, without its ending
 * @param aspect how the peer sees images
 * @param questionsPerImage of each contest
 */
record PeerRace(
    String name,
    String label,
    String script,
    ImageAspect aspect,
    List<Integer> questionsPerImage,
    String python,
    int threads)
    implements Section {

  private static final double PART = 0.1;
  private static final int MOST_ROUNDS = 5;
  private static final int NEW_TOKENS = 2; // as in WideRace
  private static final int FEW_QUESTIONS = 2;

  /** OpenVINO, which optimum-intel exports the checkpoint to. */
  static PeerRace openVino(String python, int threads) {
    return new PeerRace(
        "openvino",
        "the loop on OpenVINO",
        "openvino_peer",
        ImageAspect.PAD,
        List.of(18, 1),
        python,
        threads);
  }

  /** lmms-eval's model for LLaVA, which crops images. */
  static PeerRace lmmsEval(String python, int threads) {
    return new PeerRace(
        "lmms-eval",
        "lmms-eval's llava_hf",
        "lmms_peer",
        ImageAspect.CROP,
        List.of(18),
        python,
        threads);
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Workload pope = new Workload(Pictures.draw(setting.work().resolve("pictures"), 2), NEW_TOKENS);
    List<Contest> contests = questionsPerImage.stream().map(some -> contest(pope, some)).toList();
    try (Peer peer = Peer.start(python, script, setting.root(), threads, setting.work());
        EngineLoop engine =
            new EngineLoop(
                setting.random(), setting.dtype(), setting.device(), aspect, "vicuna_v1")) {
      results.facts("", peer.versions());
      new Race(contests, List.of() /* no goals */)
          .run(
              setting.random(),
              engine,
              peer,
              setting.part(PART),
              setting.randomName() + ", " + engine.precision().label(),
              results);
    }
  }

  private Contest contest(Workload pope, int questions) {
    return new Contest(
        "questions/s over %s, %s per image, none"
            .formatted(label, Texts.count(questions, "question")),
        pope.first(questions <= FEW_QUESTIONS ? 2 : 1, questions),
        "none",
        Contest.Way.LOOP,
        MOST_ROUNDS);
  }
}
