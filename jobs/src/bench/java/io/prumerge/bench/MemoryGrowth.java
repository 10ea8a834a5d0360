package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.model.RandomShape;
import io.prumerge.model.TorchProbe;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;

/** Whether many requests leave something behind: resident memory and native values. */
final class MemoryGrowth implements Section {

  private static final int TENTHS = 10;
  private static final int BATCH = 50;
  private static final int IMAGES = 8;
  private static final int NEW_TOKENS = 4;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images = Pictures.draw(setting.work().resolve("pictures"), IMAGES);
    MethodSpec[] methods = {MethodSpec.NONE, MethodSpec.parse("prumerge")};
    List<ImageRequest> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      batch.add(images.get(i % IMAGES).first(1 + i % 3).request(List.of(methods), NEW_TOKENS));
    }
    int batches = Math.max(TENTHS, setting.requests() / BATCH);
    List<Double> resident = new ArrayList<>();
    List<Long> open = new ArrayList<>();
    try (EngineLoop engine = new EngineLoop(setting.random(RandomShape.tiny()), DtypeChoice.FP32)) {
      for (int tenth = 0; tenth < TENTHS; tenth++) {
        for (int i = batches * tenth / TENTHS; i < batches * (tenth + 1) / TENTHS; i++) {
          engine.answer(batch);
        }
        System.gc();
        resident.add(Host.residentMegabytes());
        open.add(TorchProbe.openValues());
      }
    }
    // The first tenths fill caches and arenas; two samples each, as one may fall into a collection.
    double growth = (resident.get(8) + resident.get(9) - resident.get(2) - resident.get(3)) / 2;
    String on = "random-tiny, %,d requests".formatted(batches * BATCH);
    results.add(
        Figure.of(
                "native values left open",
                on,
                open.get(TENTHS - 1) - open.get(0),
                Unit.COUNT,
                "held after the first tenth: " + open.get(0))
            .against(Goal.atMost(0)));
    results.add(
        Figure.of(
                "resident memory, growth from 35 % to 95 % of them",
                on,
                growth,
                Unit.MEGABYTES,
                "after each tenth: "
                    + String.join(", ", resident.stream().map(mb -> "%.0f".formatted(mb)).toList()))
            .against(Goal.atMost(setting.requests() / 1000.0)));
  }
}
