package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchTest {
  @Test
  void loadsTheModule() {
    try (Torch torch = Torch.load(Device.cpu())) {
      try (Torch.Value w = torch.call("wavelengths", 10000.0, 8)) {
        System.out.println(java.util.Arrays.toString(w.toFloats(torch)));
        try (Torch.Value m = torch.call("mask", new int[] {-1, -1, 0, 0, 1}, 5, w);
            Torch.Value f = torch.call("floats", m)) {
          System.out.println(java.util.Arrays.toString(f.toFloats(torch)));
        }
        try (Torch.Value x = torch.tensor(new float[] {1, 2, 3, 4}, w, 2, 2);
            Torch.Value y = torch.call("concat", List.of(x, x))) {
          assertThat(y.toFloats(torch)).containsExactly(1, 2, 3, 4, 1, 2, 3, 4);
        }
      }
    }
  }
}
