package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.model.TorchProbe;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/** Counts operators of one decoding step per decoder layer, for one image and for seven. */
final class OperatorCounts implements Section {

  private static final int FEW = 4;
  private static final int MANY = 12;
  private static final int TOGETHER = 7;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "operators";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), TOGETHER).stream()
            .map(image -> image.first(1))
            .toList();
    try (OneDeviceThread alone = new OneDeviceThread();
        EngineLoop engine = alone.engine(setting)) {
      String on = setting.randomName() + ", " + engine.precision().label();
      for (int count : new int[] {1, TOGETHER}) {
        add(engine, images.subList(0, count), setting.shape().textLayers(), on, results);
      }
    }
  }

  private static void add(
      EngineLoop engine, List<AskedImage> images, int layers, String on, Results results)
      throws Exception {
    OperatorProfile few = least(engine, images, FEW);
    OperatorProfile many = least(engine, images, MANY);
    double steps = MANY - FEW;
    double copies = traffic(engine, images, MANY) - traffic(engine, images, FEW);
    results.add(
        Figure.of(
            "copies from the host and results read a step, %d images".formatted(images.size()),
            on,
            copies / steps / 2,
            Unit.COUNT,
            "half of both together"));
    results.add(
        Figure.of(
            "operators per decoder layer and step, %d images".formatted(images.size()),
            on,
            (many.computing() - few.computing()) / steps / layers,
            Unit.COUNT,
            "views left out; the ends of a pass included, spread over %d layers; waits a step: %.1f"
                .formatted(layers, (many.waits() - few.waits()) / steps)));
  }

  private static long traffic(EngineLoop engine, List<AskedImage> images, int tokens)
      throws Exception {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = TorchProbe.copies() + TorchProbe.reads();
      engine.answer(requests(images, tokens));
      least = Math.min(least, TorchProbe.copies() + TorchProbe.reads() - before);
    }
    return least;
  }

  private static List<ImageRequest> requests(List<AskedImage> images, int tokens) {
    return images.stream().map(image -> image.request(List.of(MethodSpec.NONE), tokens)).toList();
  }

  // The least of some rounds: how the queue deals requests out to passes differs between them.
  private static OperatorProfile least(EngineLoop engine, List<AskedImage> images, int tokens)
      throws Exception {
    List<ImageRequest> requests = requests(images, tokens);
    engine.answer(requests);
    OperatorProfile least = null;
    for (int round = 0; round < ROUNDS; round++) {
      OperatorProfile found = OperatorProfile.of(engine, requests.get(0), requests);
      least = least == null || found.computing() < least.computing() ? found : least;
    }
    return least;
  }
}
