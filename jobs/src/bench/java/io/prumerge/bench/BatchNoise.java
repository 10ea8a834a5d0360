package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many answers turn with what shares their batch: the same questions once all together, and
 * once image by image in the opposite order.
 */
final class BatchNoise implements Section {

  private static final int IMAGES = 14; // with 18 questions each, 504 answers under two methods
  private static final int NEW_TOKENS = 16;
  private static final MethodSpec[] METHODS = {MethodSpec.NONE, MethodSpec.parse("prumerge")};

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<ImageRequest> requests =
        new Workload(DemoData.of(setting).pope(IMAGES), NEW_TOKENS).requests(METHODS);
    for (DtypeChoice dtype : dtypes(setting)) {
      LlavaEngine.releaseIdle();
      try (EngineLoop engine = new EngineLoop(setting.demo(), dtype, setting.device())) {
        List<Said> together = said(engine, requests);
        List<List<Said>> alone = new ArrayList<>();
        for (int i = requests.size() - 1; i >= 0; i--) {
          alone.add(said(engine, requests.subList(i, i + 1)));
        }
        Collections.reverse(alone);
        List<Said> other = alone.stream().flatMap(List::stream).toList();
        Figure figure = figure(dtype, together, other);
        results.add(dtype == DtypeChoice.FP32 ? figure.against(Goal.atLeast(1)) : figure);
      }
    }
  }

  private static List<DtypeChoice> dtypes(Setting setting) {
    return setting.gpu()
        ? List.of(DtypeChoice.FP32, DtypeChoice.BF16, DtypeChoice.FP16)
        : List.of(DtypeChoice.FP32, DtypeChoice.BF16);
  }

  private static List<Said> said(EngineLoop engine, List<ImageRequest> requests)
      throws InterruptedException {
    return engine.answer(requests).stream().flatMap(List::stream).map(Said::of).toList();
  }

  private static Figure figure(DtypeChoice dtype, List<Said> together, List<Said> other) {
    long equal =
        IntStream.range(0, together.size())
            .filter(i -> together.get(i).equals(other.get(i)))
            .count();
    return Figure.of(
        "answers that stay the same in other batches, " + dtype.name().toLowerCase(Locale.ROOT),
        "mini-llava",
        (double) equal / together.size(),
        Unit.SHARE,
        "%d of %d texts and kept patches".formatted(equal, together.size()));
  }
}
