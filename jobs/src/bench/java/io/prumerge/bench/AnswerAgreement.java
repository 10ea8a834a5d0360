package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Compares the device's answers to the demo checkpoint's POPE with the CPU's. The CPU gets one
 * image after the other, the device all images at once.
 */
final class AnswerAgreement implements Section {

  private static final int IMAGES = 8;
  private static final int NEW_TOKENS = 16;
  // Of 432 answers; another order of additions turns some where two words are as likely.
  private static final double NOISE = 0.02;
  private static final MethodSpec[] METHODS = {
    MethodSpec.NONE, MethodSpec.parse("prumerge"), MethodSpec.parse("prumerge+")
  };

  @Override
  public String name() {
    return "agreement";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<ImageRequest> requests =
        new Workload(DemoData.of(setting).pope(IMAGES), NEW_TOKENS).requests(METHODS);
    List<Said> fp32 = oneByOne(setting, DtypeChoice.FP32, requests);
    List<Said> bf16 = oneByOne(setting, DtypeChoice.BF16, requests);
    List<Said> found = together(setting, DtypeChoice.FP32, requests);
    List<Said> foundBf16 = together(setting, DtypeChoice.BF16, requests);
    results.add(
        figure("fp32 answers equal to the CPU's in fp32", found, fp32).against(Goal.atLeast(1)));
    results.add(figure("bf16 answers equal to the CPU's in bf16", foundBf16, bf16));
    Figure here = figure("bf16 answers equal to the CPU's in fp32", foundBf16, fp32);
    Figure there = figure("the CPU's own in bf16 equal to them", bf16, fp32);
    results.add(here.against(Goal.atLeast(there.value().getAsDouble() - NOISE)));
    results.add(there);
  }

  private static List<Said> oneByOne(
      Setting setting, DtypeChoice dtype, List<ImageRequest> requests) throws Exception {
    String key = CpuAnswers.key(setting, "demo one by one", dtype, requests);
    return setting
        .cpu()
        .answers(
            key,
            () -> {
              List<Said> answers = new ArrayList<>();
              try (EngineLoop engine = new EngineLoop(setting.demo(), dtype)) {
                for (ImageRequest request : requests) {
                  engine.answer(List.of(request)).get(0).stream()
                      .map(Said::of)
                      .forEach(answers::add);
                }
              }
              return answers;
            });
  }

  private static List<Said> together(
      Setting setting, DtypeChoice dtype, List<ImageRequest> requests) throws InterruptedException {
    try (EngineLoop engine = new EngineLoop(setting.demo(), dtype, setting.device())) {
      return engine.answer(requests).stream().flatMap(List::stream).map(Said::of).toList();
    }
  }

  private static Figure figure(String measure, List<Said> found, List<Said> wanted) {
    int texts = 0;
    int kept = 0;
    for (int i = 0; i < found.size(); i++) {
      texts += found.get(i).text().equals(wanted.get(i).text()) ? 1 : 0;
      kept += Objects.equals(found.get(i).kept(), wanted.get(i).kept()) ? 1 : 0;
    }
    return Figure.of(
        measure,
        "mini-llava",
        (double) texts / found.size(),
        Unit.SHARE,
        "%d of %d texts, %d of %d kept patches".formatted(texts, found.size(), kept, found.size()));
  }
}
