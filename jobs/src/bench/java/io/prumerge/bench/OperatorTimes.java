package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What costs the most apart from products of matrices, by libtorch's profiler: of two images with
 * one question each through tower and prefill, and of the steps of their answers.
 */
final class OperatorTimes implements Section {

  private static final int IMAGES = 2;
  private static final int STEPS = 8;
  private static final int ROUNDS = 2;
  private static final int SHOWN = 5;
  private static final Set<String> PRODUCTS =
      Set.of(
          "aten::mm",
          "aten::addmm",
          "aten::bmm",
          "aten::baddbmm",
          "aten::linear",
          "aten::mkldnn_convolution",
          "aten::_scaled_dot_product_flash_attention_for_cpu",
          "mkldnn::_linear_pointwise",
          "onednn::qlinear_pointwise");

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        Pictures.draw(setting.work().resolve("pictures"), IMAGES).stream()
            .map(image -> image.first(1))
            .toList();
    try (OneDeviceThread alone = new OneDeviceThread();
        EngineLoop engine = alone.engine(setting)) {
      String on = setting.randomName() + ", " + engine.precision().label();
      Map<String, Double> prompts = profile(engine, images, 1);
      Map<String, Double> answers = profile(engine, images, 1 + STEPS);
      prompts.forEach((name, millis) -> answers.merge(name, -millis, Double::sum));
      report("tower and prefill, 2 images", on, prompts, results);
      report("8 steps of 2 answers", on, answers, results);
    }
  }

  private static Map<String, Double> profile(EngineLoop engine, List<AskedImage> images, int tokens)
      throws Exception {
    List<ImageRequest> requests =
        images.stream().map(image -> image.request(List.of(MethodSpec.NONE), tokens)).toList();
    engine.answer(requests);
    return OperatorTrace.least(ROUNDS, () -> OperatorTrace.of(engine, requests.get(0), requests));
  }

  private static void report(String work, String on, Map<String, Double> millis, Results results) {
    double all = millis.values().stream().mapToDouble(Double::doubleValue).sum();
    double products = PRODUCTS.stream().mapToDouble(name -> millis.getOrDefault(name, 0.0)).sum();
    Map<String, Double> others = new HashMap<>(millis);
    others.keySet().removeAll(PRODUCTS);
    results.add(
        Figure.of(
            "products and attention in the operators' time, " + work,
            on,
            products / all,
            Unit.SHARE,
            String.format(
                Locale.ROOT,
                "%.0f of %.0f ms; then %s",
                products,
                all,
                OperatorTrace.longest(others, SHOWN, "%s %.0f ms"))));
  }
}
