package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.host.DeviceOption;
import io.prumerge.reduction.MethodSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each {@link DeviceOption} gains: questions a second with it over those without, under the
 * same loads, in alternating rounds. The model is loaded anew for each measurement.
 */
final class OptionPairs implements Section {

  private static final double PART = 0.4;
  private static final int MOST_ROUNDS = 4;
  private static final int IMAGES = 28;
  private static final int IMAGES_OF_PROCESSOR = 2;

  /** Images with questions that are all asked at once. */
  private enum Load {
    VQA("3 questions, none", MethodSpec.NONE, 3, 3),
    VQA_PRUMERGE("3 questions, prumerge", MethodSpec.parse("prumerge"), 3, 3),
    POPE_PRUMERGE("18 questions, prumerge", MethodSpec.parse("prumerge"), 18, 2);

    private final String label;
    private final MethodSpec method;
    private final int questions;
    private final int newTokens;

    Load(String label, MethodSpec method, int questions, int newTokens) {
      this.label = label;
      this.method = method;
      this.questions = questions;
      this.newTokens = newTokens;
    }

    List<ImageRequest> requests(List<AskedImage> images) {
      return images.stream()
          .map(image -> image.first(questions).request(List.of(method), newTokens))
          .toList();
    }
  }

  /** Questions a second of each load, a sample for each round. */
  private static final class Rates {

    private final Map<Load, Samples> loads = new EnumMap<>(Load.class);

    Samples of(Load load) {
      return loads.computeIfAbsent(load, one -> new Samples());
    }
  }

  private final List<DeviceOption> options;

  OptionPairs(List<DeviceOption> options) {
    this.options = List.copyOf(options);
  }

  @Override
  public String name() {
    return "pairs";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(
            setting.work().resolve("pictures"), setting.gpu() ? IMAGES : IMAGES_OF_PROCESSOR);
    for (DeviceOption option : options) {
      Rates off = new Rates();
      Rates on = new Rates();
      Rounds.within(
          setting.part(PART / options.size()),
          MOST_ROUNDS,
          number -> {
            boolean offFirst = number % 2 == 0;
            measure(setting, images, option, !offFirst, offFirst ? off : on);
            measure(setting, images, option, offFirst, offFirst ? on : off);
          });
      for (Load load : Load.values()) {
        results.add(figure(setting, option, load, off.of(load), on.of(load)));
      }
    }
  }

  private static void measure(
      Setting setting, List<AskedImage> images, DeviceOption option, boolean on, Rates rates)
      throws Exception {
    String before = System.getProperty(option.property());
    System.setProperty(option.property(), Boolean.toString(on));
    LlavaEngine.releaseIdle(); // a model is loaded as the property says then
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      for (Load load : Load.values()) {
        List<ImageRequest> requests = load.requests(images);
        engine.answer(requests);
        long start = System.nanoTime();
        engine.answer(requests);
        double seconds = (System.nanoTime() - start) / 1e9;
        rates.of(load).add(images.size() * load.questions / seconds);
      }
    } finally {
      if (before == null) {
        System.clearProperty(option.property());
      } else {
        System.setProperty(option.property(), before);
      }
    }
    LlavaEngine.releaseIdle();
  }

  private static Figure figure(
      Setting setting, DeviceOption option, Load load, Samples off, Samples on) {
    return Figure.of(
        "questions/s with %s over without, %s".formatted(option.property(), load.label),
        setting.randomName(),
        on.over(off),
        Unit.TIMES,
        String.format(
            Locale.ROOT,
            "%.1f questions/s with, %.1f without, %d rounds",
            on.median(),
            off.median(),
            on.count()));
  }
}
