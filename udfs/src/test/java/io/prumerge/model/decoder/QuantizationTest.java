package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Processor;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of int8 are those that loops make, and a token's do not depend on the others. */
@Tag("model")
class QuantizationTest {

  private static final int INT8 = 2;

  @BeforeEach
  void kernels() {
    assumeThat(Processor.ofHost().multipliesInt8()).isTrue();
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** One row's numbers, and for how much 1 stands. */
  private record Numbers(int[] values, float scale) {

    static Numbers of(float[] x, int start, int length) {
      float top = 0;
      for (int i = 0; i < length; i++) {
        top = Math.max(top, Math.abs(x[start + i]));
      }
      float scale = Math.max(top / 127, 1e-30f);
      int[] values = new int[length];
      for (int i = 0; i < length; i++) {
        values[i] = (int) Math.rint(x[start + i] / scale);
      }
      return new Numbers(values, scale);
    }
  }

  private static float[] product(float[] x, float[] w, int rows, int inner, int outer) {
    float[] y = new float[rows * outer];
    for (int r = 0; r < rows; r++) {
      Numbers row = Numbers.of(x, r * inner, inner);
      for (int o = 0; o < outer; o++) {
        Numbers weight = Numbers.of(w, o * inner, inner);
        int sum = 0;
        for (int i = 0; i < inner; i++) {
          sum += row.values()[i] * weight.values()[i];
        }
        y[r * outer + o] = sum * weight.scale() * row.scale();
      }
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({"1, 64, 48", "5, 64, 48", "3, 100, 7", "130, 64, 32", "2, 11008, 16"})
  void aProductIsThatOfWholeNumbers(int rows, int inner, int outer) {
    float[] x = random(rows * inner, rows);
    float[] w = random(outer * inner, inner);
    Arrays.fill(x, 0, inner, rows == 5 ? 0 : 1); // a row of zeros, of equal numbers
    try (Torch torch = TorchRuntime.open()) {
      assertThat(int8(torch, x, w, rows, inner, outer))
          .containsExactly(product(x, w, rows, inner, outer));
    }
    assertThat(OpenValues.count()).isZero();
  }

  @Test
  void aRowsProductsDoNotDependOnTheRowsBesideIt() {
    int inner = 512;
    int outer = 256;
    int rows = 300;
    float[] w = random(outer * inner, 1);
    float[] x = random(rows * inner, 2);
    x[7] = 1000; // one row's largest number is not the others'
    try (Torch torch = TorchRuntime.open()) {
      float[] all = int8(torch, x, w, rows, inner, outer);
      for (int count : new int[] {1, 2, 15, 16, 33, 128, 299}) {
        float[] last = Arrays.copyOfRange(x, (rows - count) * inner, rows * inner);
        assertThat(int8(torch, last, w, count, inner, outer))
            .as("%d rows", count)
            .containsExactly(Arrays.copyOfRange(all, (rows - count) * outer, rows * outer));
      }
    }
  }

  private static float[] int8(Torch torch, float[] x, float[] w, int rows, int inner, int outer) {
    try (Torch.Value weight = torch.tensor(w, outer, inner);
        Torch.Value packed = torch.call("packed_weight", weight, INT8);
        Torch.Value input = torch.tensor(x, rows, inner)) {
      Torch.Value[] parts = packed.elements();
      try (Torch.Value y = torch.call("int8_product", input, parts[0], parts[1], parts[2]);
          Torch.Value host = torch.call("floats", y)) {
        return host.toFloats(torch);
      } finally {
        for (Torch.Value part : parts) {
          part.close();
        }
      }
    }
  }

  private static PromptGroup question(int length) {
    return new PromptGroup(
        new int[] {1, 20},
        -1,
        null,
        List.of(),
        List.of(new Random(length).ints(length, 6, 60).toArray()),
        List.of(new GenerationLimits(12, 0)));
  }

  private static List<int[]> ids(LlavaModel model, List<PromptGroup> groups) {
    return new GreedyDecoding(
            model.greedy(new StopTokens(List.of())), new PassLimits(1, 4096, 8192))
        .generate(groups).stream().map(group -> group.get(0)).map(Generation::ids).toList();
  }

  /** The layers read the whole numbers, for few rows and for many; answers stay those of one. */
  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "opt/llava", "qwen/qwen2_5_vl/untied"})
  void answersDoNotDependOnTheirNeighbours(String name) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(name));
    List<PromptGroup> questions =
        IntStream.of(1, 9, 31, 100, 140).mapToObj(QuantizationTest::question).toList();
    try (LlavaModel plain = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaModel int8 =
            LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, Quantization.INT8)) {
      assertThat(int8.dtype()).isEqualTo("fp32+int8");
      List<int[]> together = ids(int8, questions);
      List<int[]> alone = new ArrayList<>();
      for (PromptGroup question : questions) {
        alone.addAll(ids(int8, List.of(question)));
        float[] expected = plain.logits(question);
        float[] found = int8.logits(question);
        assertThat(found).isNotEqualTo(expected);
        assertThat(distance(found, expected)).isLessThan(0.1 * distance(expected, new float[0]));
      }
      assertThat(together).containsExactlyElementsOf(alone);
    }
    assertThat(OpenValues.count()).isZero();
  }

  /** In bf16 the head has packed weights, whose products differ by rounding only. */
  @Test
  void theHeadBesideItIsPackedInBf16() {
    assumeThat(Processor.ofHost().multipliesBf16()).isTrue();
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/gqa"));
    assertThat(CachePlan.of(Device.cpu(), Precision.BF16, Quantization.INT8, checkpoint.config()))
        .isEqualTo(
            Processor.ofHost().vectorsBf16()
                ? CachePlan.GROUPS_INT8_PACKED
                : CachePlan.GROUPS_INT8);
    assertThat(CachePlan.of(Device.cpu(), Precision.FP32, Quantization.INT8, checkpoint.config()))
        .isEqualTo(CachePlan.GROUPS_INT8);
    PromptGroup question = question(9);
    try (LlavaModel plain =
            LlavaModel.load(checkpoint, Device.cpu(), Precision.BF16, CachePlan.GROUPS_INT8);
        LlavaModel packed =
            LlavaModel.load(
                checkpoint, Device.cpu(), Precision.BF16, CachePlan.GROUPS_INT8_PACKED)) {
      assertThat(packed.dtype()).isEqualTo("bf16+int8");
      float[] expected = plain.logits(question);
      float[] found = packed.logits(question);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isEqualTo(expected[i], within(0.02f * (1 + Math.abs(expected[i]))));
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static double distance(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double d = x[i] - (y.length == 0 ? 0 : y[i]);
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  @Test
  void aGpuIsRefused() {
    assertThatThrownBy(() -> Quantization.INT8.require(Device.gpu(0)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("Cannot quantize to int8 on a GPU");
    Quantization.NONE.require(Device.gpu(0));
  }
}
