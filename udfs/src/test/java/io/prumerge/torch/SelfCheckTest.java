package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpu;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("model")
class SelfCheckTest {

  @Test
  void theCpuCalculates() {
    assertThatCode(() -> SelfCheck.on(Device.cpu())).doesNotThrowAnyException();
  }

  @Test
  void aDeviceThatIsNotThereIsNamedInOneLine() {
    Assumptions.assumeTrue(TorchRuntime.cudaDevices() == 0, "this host has a GPU");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> SelfCheck.on(Device.gpu(0)))
        .withMessageStartingWith("Cannot use gpu(0): ")
        .withMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors",
        "CUDA error: CUBLAS_STATUS_ARCH_MISMATCH when calling `cublasSgemm`"
      })
  void aCardWithoutKernelsIsNamedWithItsCapabilityAndWhatToDo(String error) {
    List<Gpu> gpus =
        List.of(new Gpu(0, "A100", 80, 80L << 30), new Gpu(1, "RTX 5090", 120, 32L << 30));
    assertThat(SelfCheck.failed(Device.gpu(1), gpus, error))
        .hasMessageStartingWith(
            "Cannot use gpu(1), RTX 5090 of compute capability 12.0: libtorch "
                + TorchRuntime.version())
        .hasMessageContaining("Set PYTORCH_LIBRARY_PATH to a build that has them")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anotherErrorOfACardIsToldAsItIs() {
    List<Gpu> gpus = List.of(new Gpu(0, "A100", 80, 80L << 30));
    assertThat(SelfCheck.failed(Device.gpu(0), gpus, "CUDA error: unknown\nmore"))
        .hasMessage("Cannot use gpu(0): CUDA error: unknown");
  }

  /** The flags are far inside a library of a gigabyte, and may lie across two of its pieces. */
  @Test
  void aBuildSaysWhichCardsItHasKernelsFor(@TempDir Path folder) throws Exception {
    assertThat(CudaKernels.of(folder.toString())).as("no such library").isEmpty();
    Path library = folder.resolve(System.mapLibraryName("torch_cuda"));
    String flags = "-gencode;arch=compute_70,code=sm_70;-gencode;arch=compute_90a,code=sm_90a";
    String last = "-gencode;arch=compute_120,code=sm_120";
    for (int at : new int[] {0, (1 << 20) - 39, (1 << 20) - 36, 1 << 20}) {
      byte[] bytes = new byte[3 << 20];
      put(bytes, at, flags);
      put(bytes, bytes.length - last.length(), last);
      Files.write(library, bytes);
      assertThat(CudaKernels.of("nowhere" + File.pathSeparator + folder))
          .as("flags at %d", at)
          .containsExactly(70, 90, 120);
    }
  }

  private static void put(byte[] bytes, int at, String text) {
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, at, text.length());
  }
}
