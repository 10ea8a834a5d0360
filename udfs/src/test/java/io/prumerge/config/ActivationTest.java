package io.prumerge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {

  private static final float AT = -1.5f; // where no two of them are alike

  @ParameterizedTest
  @CsvSource({"QUICK_GELU, 0", "GELU, 1", "GELU_TANH, 2", "RELU, 3", "SILU, 4"})
  void hasTheCodeThatKernelsKnow(Activation activation, int code) {
    assertThat(activation.code()).isEqualTo(code);
  }

  @Test
  void hasACodeEach() {
    assertThat(Activation.values()).extracting(Activation::code).doesNotHaveDuplicates();
  }

  @Tag("model")
  @ParameterizedTest
  @EnumSource
  void isWhatKernelsComputeOfItsCode(Activation activation) {
    try (Torch torch = TorchRuntime.open()) {
      for (String function : List.of("act", "active")) {
        try (Torch.Value x = torch.tensor(new float[] {AT}, 1);
            Torch.Value y = torch.call(function, x, activation.code())) {
          assertThat(torch.floats(List.of(y)).get(0)[0])
              .isCloseTo((float) value(activation, AT), within(1e-5f));
        }
      }
    }
  }

  private static double value(Activation activation, double x) {
    return switch (activation) {
      case QUICK_GELU -> x * sigmoid(1.702 * x);
      case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case RELU -> Math.max(x, 0);
      case SILU -> x * sigmoid(x);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  // Simpson's rule over 2 / sqrt(pi) exp(-t^2).
  private static double erf(double x) {
    int steps = 1000;
    double width = x / steps;
    return 2
        / Math.sqrt(Math.PI)
        * width
        / 3
        * IntStream.rangeClosed(0, steps)
            .mapToDouble(
                i -> (i == 0 || i == steps ? 1 : 2 + i % 2 * 2) * Math.exp(-Math.pow(i * width, 2)))
            .sum();
  }
}
