package io.prumerge.bench;

import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.decoder.PromptGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the time of one full pass of the decoder goes by operator, and that of one step of the same
 * questions. On a GPU these are kernels' times if the process waits for each of them ({@code
 * CUDA_LAUNCH_BLOCKING=1}), which its plan says.
 */
final class PassProfile implements Section {

  private static final int ROWS = 16_384;
  private static final int MOST_IMAGES = 28;
  private static final int IMAGES_OF_PROCESSOR = 3;
  private static final int STEPS = 8;
  private static final int ROUNDS = 3;
  private static final int SHOWN = 12;

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(
            setting.work().resolve("pictures"), setting.gpu() ? MOST_IMAGES : IMAGES_OF_PROCESSOR);
    try (OneDeviceThread alone = new OneDeviceThread();
        EngineLoop engine = alone.engine(setting)) {
      List<Prompted> prompted = Prompted.all(engine, images);
      try {
        List<Prompted> fitting = fitting(prompted, engine.model().limits(1).rows());
        int rows = fitting.stream().mapToInt(Prompted::length).sum();
        GreedyDecoding decoding = Prompted.decoding(engine.model());
        Map<String, Double> prefill = profile(decoding, fitting, 1);
        Map<String, Double> steps = profile(decoding, fitting, 1 + STEPS);
        prefill.forEach((name, millis) -> steps.merge(name, -millis, Double::sum));
        steps.replaceAll((name, millis) -> millis / STEPS);
        String on = setting.randomName() + ", " + engine.precision().label();
        report("a prefill of %d rows".formatted(rows), on, prefill, results);
        report("a step of %d answers".formatted(fitting.size()), on, steps, results);
      } finally {
        prompted.forEach(Prompted::close);
      }
    }
  }

  private static List<Prompted> fitting(List<Prompted> prompted, int limit) {
    List<Prompted> fitting = new ArrayList<>();
    int rows = 0;
    for (Prompted one : prompted) {
      rows += one.length();
      if (rows <= Math.min(ROWS, limit)) {
        fitting.add(one);
      }
    }
    return fitting;
  }

  private static Map<String, Double> profile(
      GreedyDecoding decoding, List<Prompted> prompted, int tokens) throws Exception {
    List<PromptGroup> groups = prompted.stream().map(one -> one.group(tokens)).toList();
    decoding.generate(groups);
    return OperatorTrace.least(
        ROUNDS, () -> OperatorTrace.ofThisThread(() -> decoding.generate(groups)));
  }

  private static void report(String work, String on, Map<String, Double> millis, Results results) {
    results.add(
        Figure.of(
            "operators' time of " + work,
            on,
            1e3 * millis.values().stream().mapToDouble(Double::doubleValue).sum(),
            Unit.MICROSECONDS,
            OperatorTrace.longest(millis, SHOWN, "%s %.3f ms")));
  }
}
