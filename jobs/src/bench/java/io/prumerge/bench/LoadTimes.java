package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.model.ColdStart;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Path;
import java.util.List;

/** Seconds from nothing to the first answer, the files in no cache or in the system's. */
final class LoadTimes implements Section {

  private static final int NEW_TOKENS = 2;

  @Override
  public String name() {
    return "load";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path model = setting.random();
    ImageRequest request =
        Pictures.draw(setting.work().resolve("pictures"), 1)
            .get(0)
            .first(1)
            .request(List.of(MethodSpec.NONE), NEW_TOKENS);
    try (EngineLoop demo = new EngineLoop(setting.demo(), setting.dtype(), setting.device())) {
      demo.answer(List.of(request)); // starts the device: no load's time has it
    }
    ColdStart.forget(model);
    add("cold", setting, model, request, results);
    add("cached", setting, model, request, results);
  }

  private static void add(
      String files, Setting setting, Path model, ImageRequest request, Results results)
      throws InterruptedException {
    LlavaEngine.releaseIdle();
    long start = System.nanoTime();
    try (EngineLoop engine = new EngineLoop(model, setting.dtype(), setting.device())) {
      double loaded = seconds(start);
      engine.answer(List.of(request));
      results.add(
          Figure.of(
              "load to the first answer, files " + files,
              setting.randomName() + ", " + engine.precision().label(),
              seconds(start),
              Unit.SECONDS,
              "loaded after " + Unit.SECONDS.text(loaded)));
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
