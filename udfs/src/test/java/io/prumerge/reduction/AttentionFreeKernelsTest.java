package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forward pass's kernels for ApET and OTPrune against their definitions. */
@Tag("model")
class AttentionFreeKernelsTest {

  private static final Torch TORCH = TorchRuntime.open();

  @AfterAll
  static void closesTorch() {
    TORCH.close();
  }

  private static float[][] random(int count, int width, float size) {
    Random random = new Random(31L * count + width);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = size * (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static Torch.Value tensor(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return TORCH.tensor(flat, rows.length, rows[0].length);
  }

  private static float[] transport(float[][] rows) {
    try (Torch.Value x = tensor(rows);
        Torch.Value kernel = TORCH.call("transport_kernel", x)) {
      return kernel.toFloats(TORCH);
    }
  }

  private static float[] errors(float[][] rows, int basis, int start) {
    try (Torch.Value x = tensor(rows);
        Torch.Value errors = TORCH.call("approximation_errors", x, basis, start)) {
      return errors.toFloats(TORCH);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 3, 9", "5, 8, 0.01", "16, 33, 100", "49, 12, 1"})
  void transportKernelIsTheDefinition(int count, int width, float size) {
    float[][] rows = random(count, width, size);

    float[] kernel = transport(rows);

    assertThat(kernel).hasSize(count * count);
    assertThat(kernel).containsExactly(SlowKernels.transport(rows), within(1e-4f));
  }

  /** A channel that is zero in all patches adds nothing. */
  @Test
  void channelsOfZerosAddNothing() {
    float[][] rows = random(6, 4, 1);
    float[][] wider = Arrays.stream(rows).map(row -> Arrays.copyOf(row, 7)).toArray(float[][]::new);

    assertThat(transport(wider)).containsExactly(transport(rows), within(1e-6f));
    assertThat(transport(new float[2][3])).containsExactly(1, 0, 0, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0, 1",
    "2, 3, 2, 1, 9",
    "5, 8, 1, 4, 0.01",
    "16, 33, 10, 3, 100",
    "49, 12, 3, 11, 1",
    "30, 4, 10, 7, 1"
  })
  void errorsAreTheDefinition(int count, int width, int basis, int start, float size) {
    float[][] rows = random(count, width, size);

    float[] errors = errors(rows, basis, start);

    float[] expected = SlowKernels.approximation(rows, basis, start);
    assertThat(errors).hasSize(count + basis);
    assertThat(Arrays.copyOfRange(errors, count, count + basis))
        .containsExactly(Arrays.copyOfRange(expected, count, count + basis));
    assertThat(errors).containsExactly(expected, within(1e-4f * Math.max(1, size)));
  }

  /** Equal patches have the lowest of them in the basis, and may have it again. */
  @Test
  void ofEqualDistancesTheLowestIsTheBasis() {
    float[][] rows = {{1, 0}, {2, 2}, {2, 2}, {1, 0}};

    assertThat(errors(rows, 4, 3))
        .containsExactly(new float[] {0, 0, 0, 0, 3, 1, 0, 0}, within(1e-4f));
  }

  /** Features of a tower's size, whose squares would swallow the 1e-5 in fp32. */
  @Test
  void alikePatchesHaveFiniteErrors() {
    float[][] rows = new float[12][];
    Arrays.fill(rows, random(1, 64, 300)[0]);

    assertThat(errors(rows, 5, 2)).startsWith(new float[12], within(1e-3f));
  }
}
