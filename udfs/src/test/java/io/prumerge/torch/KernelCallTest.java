package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Arguments of kernels by name. */
@Tag("model")
class KernelCallTest {

  private final Torch torch = TorchRuntime.open();
  private final Torch.Value x = torch.tensor(new float[] {1, 2, 3, 4}, 4);

  @AfterEach
  void close() {
    x.close();
    torch.close();
  }

  private KernelCall rangeOf() {
    return new KernelCall(torch, "range_of");
  }

  @Test
  void argumentsMayComeInAnyOrder() {
    KernelCall kernel = rangeOf().with("end", 3).with("x", x).with("start", 1);
    try (Torch.Value range = kernel.run()) {
      assertThat(range.toFloats(torch)).containsExactly(2, 3);
    }
  }

  @Test
  void ofSomeArgumentsAKernelTakesThoseThatItHasParametersFor() {
    KernelCall kernel = rangeOf().with("x", x).withAny(Map.of("start", 1, "end", 2, "eps", 1e-5));
    try (Torch.Value range = kernel.run()) {
      assertThat(range.toFloats(torch)).containsExactly(2);
    }
  }

  @Test
  void namesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new KernelCall(torch, "range"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No part of the TorchScript has a kernel range");
    assertThatThrownBy(() -> rangeOf().with("from", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Kernel range_of has no parameter from but [x, start, end]");
    assertThatThrownBy(() -> rangeOf().with("end", 1).with("end", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Kernel range_of has an argument for end already");
    assertThatThrownBy(() -> rangeOf().with("x", x).with("end", 1).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Kernel range_of has no argument for start");
  }
}
