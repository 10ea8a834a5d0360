package io.prumerge.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.prumerge.host.Gpus.CudaDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class GpusTest {

  /** A driver library as small as can be, with two GPUs of capability 9.0. */
  private static final String STUB =
      """
      #include <stdint.h>
      #include <string.h>
      static int depth;
      int cuInit(unsigned flags) { return 0; }
      int cuDriverGetVersion(int *version) { *version = 12040; return 0; }
      int cuDeviceGetCount(int *count) { *count = 2; return 0; }
      int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal > 1 ? 101 : 0; }
      int cuDeviceGetAttribute(int *value, int attribute, int device) {
        *value = attribute == 75 ? 9 : attribute == 76 ? 0 : -1;
        return 0;
      }
      int cuDeviceGetName(char *name, int length, int device) {
        strncpy(name, device ? "second" : "first", length);
        return 0;
      }
      int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 150LL << 30; return 0; }
      int cuDevicePrimaryCtxRetain(void **context, int device) { *context = &depth; return 0; }
      int cuDevicePrimaryCtxRelease_v2(int device) { return depth; }
      int cuCtxPushCurrent_v2(void *context) { depth++; return context == &depth ? 0 : 201; }
      int cuCtxPopCurrent_v2(void **context) { depth--; *context = &depth; return 0; }
      int cuMemGetInfo_v2(size_t *free, size_t *total) {
        *free = 5LL << 32;
        *total = 150LL << 30;
        return depth == 1 ? 0 : 201;
      }
      """;

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
    assumeTrue(Platform.isLinux() && compiled(folder), "there is no gcc to compile a driver with");
    String library = folder.resolve("libcuda.so.1").toString();

    Gpus gpus = Gpus.of(() -> Native.load(library, CudaDriver.class));

    assertThat(gpus.all())
        .containsExactly(new Gpu(0, "first", 90, 150L << 30), new Gpu(1, "second", 90, 150L << 30));
    assertThat(gpus.cudaVersion()).isEqualTo("12.4");
    assertThat(gpus.freeBytes(1)).as("more than an int holds").hasValue(5L << 32);
  }

  private static boolean compiled(Path folder) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("stub.c"), STUB);
    try {
      Process gcc =
          new ProcessBuilder(
                  "gcc",
                  "-shared",
                  "-fPIC",
                  "-o",
                  folder.resolve("libcuda.so.1").toString(),
                  source.toString())
              .inheritIO()
              .start();
      return gcc.waitFor(1, TimeUnit.MINUTES) && gcc.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }
}
