package io.prumerge.bench;

import ai.djl.Device;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.FreeMemory;
import io.prumerge.model.TorchProbe;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.Devices;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether a model gives its memory back, whether the next one finds as many slots as the first, and
 * whether answers are right while the device has too little memory for a full pass: the rest is
 * filled by a tensor, so that passes fail and are cut. A processor's memory is not filled.
 */
final class MemoryReturn implements Section {

  private static final int IMAGES = 28;
  private static final int IMAGES_OF_PROCESSOR = 3;
  private static final int NEW_TOKENS = 4;
  // What a pass of all rows does not fit into, and one of an eighth of them does.
  private static final long LEFT = 768L << 20;
  private static final double RETURNED = 0.97; // the rest is CUDA's own: kernels, workspaces
  // Of 28 answers in bf16 whose passes had other sizes, one may turn by rounding.
  private static final double SAME = 0.96;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    LlavaEngine.releaseIdle();
    List<AskedImage> images =
        Pictures.draw(
            setting.work().resolve("pictures"), setting.gpu() ? IMAGES : IMAGES_OF_PROCESSOR);
    Device device = Devices.device(setting.device(), -1 /* not assigned by Spark */);
    try (TorchProbe probe = new TorchProbe(device)) {
      long alone;
      try (EngineLoop engine =
          new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
        alone = engine.model().limits(1).slots();
        crowd(engine, probe, images, setting, results);
      }
      LlavaEngine.releaseIdle();
      miniature(setting, device, images.get(0), results);
      try (EngineLoop engine =
          new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
        long after = engine.model().limits(1).slots();
        Figure figure =
            Figure.of(
                "slots of the caches after another model was closed, of those before",
                setting.randomName(),
                (double) after / alone,
                Unit.SHARE,
                "%d of %d".formatted(after, alone));
        results.add(setting.gpu() ? figure.against(Goal.atLeast(RETURNED)) : figure);
      }
    }
  }

  private static void miniature(Setting setting, Device device, AskedImage image, Results results)
      throws InterruptedException {
    ImageRequest request = image.first(1).request(List.of(MethodSpec.NONE), NEW_TOKENS);
    long before = FreeMemory.of(device);
    long during;
    try (EngineLoop engine = new EngineLoop(setting.demo(), setting.dtype(), setting.device())) {
      engine.answer(List.of(request));
      during = FreeMemory.of(device);
    }
    LlavaEngine.releaseIdle();
    long after = FreeMemory.of(device);
    Figure figure =
        Figure.of(
            "free memory after a model was closed, of that before it was loaded",
            "mini-llava",
            (double) after / before,
            Unit.SHARE,
            String.format(
                Locale.ROOT,
                "%.1f of %.1f GB; %.1f while it was loaded",
                after / 1e9,
                before / 1e9,
                during / 1e9));
    results.add(setting.gpu() ? figure.against(Goal.atLeast(RETURNED)) : figure);
  }

  private static void crowd(
      EngineLoop engine,
      TorchProbe probe,
      List<AskedImage> images,
      Setting setting,
      Results results)
      throws Exception {
    String on = setting.randomName() + ", " + engine.precision().label();
    List<Prompted> prompted = Prompted.all(engine, images);
    try {
      List<PromptGroup> groups = prompted.stream().map(one -> one.group(NEW_TOKENS)).toList();
      GreedyDecoding decoding = Prompted.decoding(engine.model());
      int rows = decoding.limits().rows();
      List<Generation> ample = generate(decoding, groups);
      long filled = setting.gpu() ? probe.fill(engine.device(), LEFT) : 0;
      List<Generation> scarce = generate(decoding, groups);
      int cut = decoding.limits().rows();
      probe.empty();
      long answered = scarce.stream().filter(one -> one.finish() != Finish.OUT_OF_MEMORY).count();
      int same = 0;
      for (int i = 0; i < groups.size(); i++) {
        same += Arrays.equals(ample.get(i).ids(), scarce.get(i).ids()) ? 1 : 0;
      }
      String detail =
          String.format(
              Locale.ROOT,
              "%.1f GB filled; %d of %d answered, %d the same",
              filled / 1e9,
              answered,
              groups.size(),
              same);
      Figure limit =
          Figure.of(
              "rows of a pass in little memory, of those before",
              on,
              (double) cut / rows,
              Unit.SHARE,
              "%d of %d; %.1f GB filled".formatted(cut, rows, filled / 1e9));
      // Without a failure nothing was tested.
      results.add(setting.gpu() ? limit.against(Goal.atMost(0.5)) : limit);
      results.add(
          Figure.of(
                  "answers in little memory",
                  on,
                  (double) answered / groups.size(),
                  Unit.SHARE,
                  detail)
              .against(Goal.atLeast(1)));
      results.add(
          Figure.of(
                  "of these equal to those before",
                  on,
                  (double) same / groups.size(),
                  Unit.SHARE,
                  detail)
              .against(Goal.atLeast(SAME)));
    } finally {
      prompted.forEach(Prompted::close);
    }
  }

  private static List<Generation> generate(GreedyDecoding decoding, List<PromptGroup> groups) {
    return decoding.generate(groups).stream().flatMap(List::stream).toList();
  }
}
