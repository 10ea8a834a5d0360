package io.prumerge.bench;

import io.prumerge.engine.Answer;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Seconds that a request spent in each stage, summed over its answers, which share them. */
record Stages(double preprocess, double vision, double reduction, double prefill, double decode) {

  static Stages of(List<Answer> answers) {
    return new Stages(
        seconds(answers, answer -> answer.work().millis().preprocess()),
        seconds(answers, answer -> answer.work().millis().vision()),
        seconds(answers, answer -> answer.work().millis().reduction()),
        seconds(answers, answer -> answer.work().millis().prefill()),
        seconds(answers, answer -> answer.work().millis().decode()));
  }

  private static double seconds(List<Answer> answers, ToDoubleFunction<Answer> millis) {
    return answers.stream().mapToDouble(millis).sum() / 1e3;
  }

  Stages plus(Stages other) {
    return new Stages(
        preprocess + other.preprocess,
        vision + other.vision,
        reduction + other.reduction,
        prefill + other.prefill,
        decode + other.decode);
  }

  /** What the language model took. */
  double language() {
    return prefill + decode;
  }
}
