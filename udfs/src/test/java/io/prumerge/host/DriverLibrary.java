package io.prumerge.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A library of NVIDIA's driver, as small as can be, with two GPUs that are not there. */
public final class DriverLibrary {

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
        *value = attribute == 75 ? CAPABILITY / 10 : attribute == 76 ? CAPABILITY % 10 : -1;
        return 0;
      }
      int cuDeviceGetName(char *name, int length, int device) {
        strncpy(name, device ? "second" : "first", length);
        return 0;
      }
      int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = ALL; return 0; }
      int cuDevicePrimaryCtxRetain(void **context, int device) { *context = &depth; return 0; }
      int cuDevicePrimaryCtxRelease_v2(int device) { return depth; }
      int cuCtxPushCurrent_v2(void *context) { depth++; return context == &depth ? 0 : 201; }
      int cuCtxPopCurrent_v2(void **context) { depth--; *context = &depth; return 0; }
      int cuMemGetInfo_v2(size_t *free, size_t *total) {
        *free = FREE;
        *total = ALL;
        return depth == 1 ? 0 : 201;
      }
      """;

  private DriverLibrary() {}

  /**
   * Compiles the library; the calling test is skipped where there is no gcc.
   *
   * @param capability of both GPUs, ten times the major number plus the minor one
   * @param bytes of each
   * @param free of these
   * @return {@code libcuda.so.1} in the folder
   */
  public static Path compiled(Path folder, int capability, long bytes, long free)
      throws IOException, InterruptedException {
    Path library = folder.resolve("libcuda.so.1");
    Path source = Files.writeString(folder.resolve("stub.c"), STUB);
    String[] command = {
      "gcc",
      "-shared",
      "-fPIC",
      "-DCAPABILITY=" + capability,
      String.format(Locale.ROOT, "-DALL=%dLL", bytes),
      String.format(Locale.ROOT, "-DFREE=%dLL", free),
      "-o",
      library.toString(),
      source.toString()
    };
    assumeTrue(Platform.isLinux() && succeeds(command), "there is no gcc to compile a driver with");
    return library;
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    try {
      Process gcc = new ProcessBuilder(command).inheritIO().start();
      return gcc.waitFor(1, TimeUnit.MINUTES) && gcc.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }
}
