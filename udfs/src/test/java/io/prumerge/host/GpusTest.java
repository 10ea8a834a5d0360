package io.prumerge.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.prumerge.host.Gpus.CudaDriver;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class GpusTest {

  private static CudaDriver missing() {
    throw new UnsatisfiedLinkError("libcuda.so.1: cannot open shared object file");
  }

  @Test
  void aHostWithoutADriverHasNoGpus() {
    Gpus gpus = Gpus.of(GpusTest::missing);

    assertThat(gpus.all()).isEmpty();
    assertThat(gpus.reason()).startsWith("there is no CUDA driver: ");
    assertThat(gpus.cudaVersion()).isEqualTo("unknown");
    assertThat(gpus.freeBytes(0)).isEmpty();
  }

  @Test
  void thisHostsAreCountedWithoutAnError() {
    assertThat(Gpus.ofHost().all()).allMatch(gpu -> gpu.memoryBytes() > 0);
  }

  @Test
  void aDriverWithoutADeviceIsNoError() {
    Gpus gpus = Gpus.of(() -> new FakeDriver(CudaDriver.NO_DEVICE, 0));

    assertThat(gpus.all()).isEmpty();
    assertThat(gpus.reason()).isEqualTo("the CUDA driver shows no device");
  }

  @Test
  void aDriverThatDoesNotStartSaysWhy() {
    Gpus gpus = Gpus.of(() -> new FakeDriver(803, 2));

    assertThat(gpus.all()).isEmpty();
    assertThat(gpus.reason()).isEqualTo("the CUDA driver's cuInit failed with code 803");
  }

  @Test
  void eachGpuHasItsOrdinalNameCapabilityAndMemory() {
    Gpus gpus = Gpus.of(() -> new FakeDriver(0, 2));

    assertThat(gpus.all())
        .containsExactly(
            new Gpu(0, "A", 89, FakeDriver.BYTES), new Gpu(1, "B", 89, FakeDriver.BYTES));
    assertThat(gpus.cudaVersion()).isEqualTo("12.8");
  }

  @Test
  void freeMemoryIsAskedForInTheDevicesContextAndLeavesNone() {
    FakeDriver driver = new FakeDriver(0, 1);
    Gpus gpus = Gpus.of(() -> driver);

    assertThat(gpus.freeBytes(0)).hasValue(FakeDriver.BYTES / 4);
    assertThat(gpus.freeBytes(1)).as("no such device").isEmpty();
    driver.lose();
    assertThat(gpus.freeBytes(0)).isEmpty();
    assertThat(driver.contexts()).isZero();
  }

  @Test
  void theFunctionsAreCalledAsTheDriverDeclaresThem(@TempDir Path folder) throws Exception {
    String library = DriverLibrary.compiled(folder, 90, 150L << 30, 5L << 32).toString();

    Gpus gpus = Gpus.of(() -> Native.load(library, CudaDriver.class));

    assertThat(gpus.all())
        .containsExactly(new Gpu(0, "first", 90, 150L << 30), new Gpu(1, "second", 90, 150L << 30));
    assertThat(gpus.cudaVersion()).isEqualTo("12.4");
    assertThat(gpus.freeBytes(1)).as("more than an int holds").hasValue(5L << 32);
  }
}
