package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Questions per second of work like VQAv2's: three questions per image, answers of three tokens.
 */
final class VqaRate implements Section {

  private static final double PART = 0.05;
  private static final int MOST_ROUNDS = 5;
  private static final int IMAGES = 12;
  private static final int QUESTIONS = 3;
  private static final int NEW_TOKENS = 3;

  @Override
  public String name() {
    return "vqa";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), IMAGES).stream()
            .map(image -> image.first(QUESTIONS))
            .toList();
    List<String> methods = List.of("none", "prumerge");
    List<List<ImageRequest>> requests = new ArrayList<>();
    List<Samples> rates = new ArrayList<>();
    for (String method : methods) {
      List<MethodSpec> one = List.of(MethodSpec.parse(method));
      requests.add(images.stream().map(image -> image.request(one, NEW_TOKENS)).toList());
      rates.add(new Samples());
    }
    try (EngineLoop engine = new EngineLoop(setting.random(), setting.dtype(), setting.device())) {
      for (List<ImageRequest> each : requests) {
        engine.answer(each.subList(0, 1));
      }
      Rounds.within(
          setting.part(PART),
          MOST_ROUNDS,
          number -> {
            for (int m = 0; m < methods.size(); m++) {
              long start = System.nanoTime();
              engine.answer(requests.get(m));
              rates.get(m).add(IMAGES * QUESTIONS / ((System.nanoTime() - start) / 1e9));
            }
          });
      for (int m = 0; m < methods.size(); m++) {
        results.add(
            Figure.of(
                "questions/s of VQAv2-like work, 3 questions per image, " + methods.get(m),
                setting.randomName() + ", " + engine.precision().label(),
                rates.get(m).median(),
                Unit.PER_SECOND,
                String.format(
                    Locale.ROOT,
                    "%.2fx those of none, %d images, %d rounds",
                    rates.get(m).over(rates.get(0)),
                    IMAGES,
                    rates.get(m).count())));
      }
    }
  }
}
