package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The decoder's norm in bf16 as transformers' LlamaRMSNorm has it: two roundings, not one. */
@Tag("model")
class RmsNormTest {

  private static final int ROWS = 64;
  private static final int WIDTH = 8;
  private static final float EPS = 0x1p-16f;

  @Test
  void roundsBeforeTheWeightIsApplied() {
    Random random = new Random(5);
    float[] x = halves(random, ROWS * WIDTH);
    float[] weight = halves(random, WIDTH);
    float[] twice = new float[x.length];
    float[] once = new float[x.length];
    for (int row = 0; row < ROWS; row++) {
      float squares = 0; // exact: few bits, and a sum of eight
      for (int i = 0; i < WIDTH; i++) {
        squares += x[row * WIDTH + i] * x[row * WIDTH + i];
      }
      float factor = (float) (1 / Math.sqrt(squares / WIDTH + EPS));
      for (int i = 0; i < WIDTH; i++) {
        float normalised = x[row * WIDTH + i] * factor;
        twice[row * WIDTH + i] = bf16(bf16(normalised) * weight[i]);
        once[row * WIDTH + i] = bf16(normalised * weight[i]);
      }
    }
    assertThat(norm(x, weight)).containsExactly(twice).isNotEqualTo(once);
  }

  private static float[] norm(float[] x, float[] weight) {
    int bf16 = Precision.BF16.torchCode();
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value wideX = torch.tensor(x, like, ROWS, WIDTH);
        Torch.Value wideWeight = torch.tensor(weight, like, WIDTH);
        Torch.Value halfX = torch.call("place", wideX, "cpu", bf16);
        Torch.Value halfWeight = torch.call("place", wideWeight, "cpu", bf16);
        Torch.Value normed = torch.call("rms_norm", halfX, halfWeight, (double) EPS);
        Torch.Value host = torch.call("floats", normed)) {
      return host.toFloats(torch);
    }
  }

  private static float[] halves(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = bf16((float) random.nextGaussian());
    }
    return values;
  }

  /** The nearest bf16, ties to even. */
  private static float bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
    return Float.intBitsToFloat(rounded & 0xFFFF0000);
  }
}
