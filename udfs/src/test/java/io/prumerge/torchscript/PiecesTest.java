package io.prumerge.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.script.ScriptFile;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.torchscript.LlavaScript.TorchArchive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Products in pieces, as processors with AMX have them, compared with the whole ones. */
@Tag("model")
class PiecesTest {

  private static final int INNER = 48;
  private static final int OUTER = 40;
  private static final String MODULE =
      """
      class Both(Module):
        __parameters__ = []
        __buffers__ = []

        def parts(self: __torch__.Both, x: Tensor, w: Tensor, bias: Tensor, type: int) -> Tensor:
          a = torch.to(x, type)
          b = torch.to(w, type)
          y = __torch__.parts.products.product(a, b, None)
          z = __torch__.parts.products.product(a, b, torch.to(bias, type))
          return torch.to(torch.cat([y, z], 1), 6)

        def whole(self: __torch__.Both, x: Tensor, w: Tensor, bias: Tensor, type: int) -> Tensor:
          a = torch.to(x, type)
          b = torch.to(w, type)
          y = torch.linear(a, b, None)
          z = torch.linear(a, b, torch.to(bias, type))
          return torch.to(torch.cat([y, z], 1), 6)
      """;

  private static float[] random(int count, int seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void givesEveryRowItsProduct() throws IOException {
    byte[] module =
        TorchArchive.of(
                "Both",
                MODULE,
                PartSource.forLoader(Map.of("products", LlavaScript.text("pieces"))))
            .readAllBytes();
    try (Torch torch = TorchRuntime.open();
        Torch both = Torch.load(new ScriptFile("both", module), Device.cpu());
        Torch.Value w = torch.tensor(random(OUTER * INNER, 1), OUTER, INNER);
        Torch.Value bias = torch.tensor(random(OUTER, 2), OUTER)) {
      for (int type : new int[] {15 /* bf16 */, 6 /* fp32 */}) {
        for (int rows : new int[] {1, 255, 256, 257, 511, 512, 513, 769, 1301}) {
          try (Torch.Value x = torch.tensor(random(rows * INNER, rows), rows, INNER);
              Torch.Value parts = both.call("parts", x, w, bias, type);
              Torch.Value whole = both.call("whole", x, w, bias, type)) {
            List<float[]> found = torch.floats(List.of(parts, whole));
            assertThat(found.get(0)).hasSize(2 * rows * OUTER);
            assertThat(farthest(found.get(0), found.get(1)))
                .as("%d rows of type %d", rows, type)
                .isLessThan(0.01f); // one rounding in bf16 is 0.008
          }
        }
      }
    }
  }

  // Relative to 1 + |x|; not a number where one of them is none.
  private static float farthest(float[] found, float[] expected) {
    float farthest = 0;
    for (int i = 0; i < found.length; i++) {
      farthest = Math.max(farthest, Math.abs(found[i] - expected[i]) / (1 + Math.abs(expected[i])));
    }
    return farthest;
  }
}
