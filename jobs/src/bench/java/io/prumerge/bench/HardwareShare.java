package io.prumerge.bench;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Precision;
import java.util.List;
import java.util.Locale;

/**
 * How much of the machine the model's parts use: prefill and tower against the best plain product
 * of matrices, decoding against the best copy from memory to memory. All visual tokens.
 */
final class HardwareShare implements Section {

  private static final double PART = 0.12;
  private static final int MOST_ROUNDS = 15;
  private static final int STEPS = 16;

  /** Times one image is answered in a round: a few seconds on a shared machine say little. */
  private static final int REPEATS = 3;

  private static final int IMAGES = 4;

  private final Peer peer;

  private final Samples tower = new Samples(); // FLOP/s
  private final Samples towerTogether = new Samples();
  private final Samples prefill = new Samples();
  private final Samples prefillTogether = new Samples();
  private final Samples decode = new Samples(); // bytes/s
  private final Samples peerTower = new Samples();
  private final Samples peerPrefill = new Samples();
  private final Samples peerDecode = new Samples();
  private String absence = "";

  HardwareShare(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String name() {
    return "hardware";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), IMAGES).stream()
            .map(image -> image.first(1))
            .toList();
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype());
        Peaks peaks = new Peaks(setting.shape(), engine.precision(), engine.device())) {
      ModelWork work = new ModelWork(setting.random(), engine.precision());
      loadPeer(setting, engine.precision());
      engine.answer(List.of(images.get(0).request(List.of(MethodSpec.NONE), 2)));
      Rounds.within(
          setting.part(PART),
          MOST_ROUNDS,
          number -> {
            peaks.round();
            for (int i = 0; i < REPEATS; i++) {
              ours(engine, images.get(0), work);
              theirs(peer, images.get(0), work);
            }
            together(engine, images, work);
          });
      report(results, setting.randomName() + ", " + engine.precision().label(), peaks);
    }
  }

  private void loadPeer(Setting setting, Precision precision) throws Exception {
    try {
      peer.load(setting.random(), precision, Device.cpu());
    } catch (PeerException e) {
      absence = e.getMessage();
    }
  }

  private void ours(EngineLoop engine, AskedImage image, ModelWork work)
      throws InterruptedException {
    List<Answer> alone =
        engine.answer(List.of(image.request(List.of(MethodSpec.NONE), STEPS + 1))).get(0);
    Stages stages = Stages.of(alone);
    tower.add(work.tower() / stages.vision());
    prefill.add(ModelWork.prefillExecuted(alone) / stages.prefill());
    Answer answer = alone.get(0);
    int positions = answer.tokens().visualAfter() + answer.tokens().text() + STEPS / 2;
    decode.add((answer.tokens().generated() - 1) * work.step(positions) / stages.decode());
  }

  private void together(EngineLoop engine, List<AskedImage> images, ModelWork work)
      throws InterruptedException {
    List<ImageRequest> requests =
        images.stream().map(image -> image.request(List.of(MethodSpec.NONE), 1)).toList();
    List<Answer> answers = engine.answer(requests).stream().flatMap(List::stream).toList();
    Stages together = Stages.of(answers);
    towerTogether.add(images.size() * work.tower() / together.vision());
    prefillTogether.add(ModelWork.prefillExecuted(answers) / together.prefill());
  }

  private void theirs(Peer peer, AskedImage image, ModelWork work) {
    if (!absence.isEmpty()) {
      return;
    }
    try {
      JsonNode stages = peer.stages(image, STEPS);
      int positions = stages.get("positions").asInt();
      peerTower.add(work.wholeTower() / stages.get("tower").asDouble());
      peerPrefill.add(work.prefill(positions) / stages.get("prefill").asDouble());
      peerDecode.add(work.step(positions + STEPS / 2) / stages.get("step").asDouble());
    } catch (PeerException e) {
      absence = e.getMessage();
    }
  }

  private void report(Results results, String on, Peaks peaks) {
    results.add(
        share("prefill FLOP/s over the best plain product", on, prefill, peaks.flops(), peerPrefill)
            .against(Goal.atLeast(0.9)));
    results.add(
        share("the same, 4 images at once", on, prefillTogether, peaks.flops(), peerPrefill));
    results.add(
        share("tower FLOP/s over the best plain product", on, tower, peaks.flops(), peerTower)
            .against(Goal.atLeast(0.75)));
    results.add(share("the same, 4 images at once", on, towerTogether, peaks.flops(), peerTower));
    results.add(
        share("decoding bytes/s over a memory copy's", on, decode, peaks.bytes(), peerDecode)
            .against(Goal.atLeast(0.8)));
  }

  private Figure share(String measure, String on, Samples ours, double peak, Samples theirs) {
    String peer =
        theirs.isEmpty()
            ? "peer: " + absence
            : String.format(Locale.ROOT, "Hugging Face %.3f", theirs.median() / peak);
    return Figure.of(
        measure,
        on,
        ours.median() / peak,
        Unit.SHARE,
        String.format(
            Locale.ROOT,
            "%.1f of %.1f G/s, measured %d times, %.3f to %.3f; %s",
            ours.median() / 1e9,
            peak / 1e9,
            ours.count(),
            ours.min() / peak,
            ours.max() / peak,
            peer));
  }
}
