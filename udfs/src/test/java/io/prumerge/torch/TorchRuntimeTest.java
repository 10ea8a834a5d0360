package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("model")
class TorchRuntimeTest {

  private static final String STREAMS = "ai.djl.pytorch.enable_cuda_stream";

  @Test
  void theLibraryForCudaIsTakenForACudaLibtorchOnAHostWithGpus(@TempDir Path folder)
      throws IOException {
    String cpu = Files.createDirectory(folder.resolve("cpu")).toString();
    Path cuda = Files.createDirectory(folder.resolve("cuda"));
    Files.createFile(cuda.resolve(System.mapLibraryName("torch_cuda")));
    String both = cpu + File.pathSeparator + cuda;

    assertThat(TorchRuntime.flavor(cuda.toString(), true)).isEqualTo("cu128");
    assertThat(TorchRuntime.flavor(both, true)).isEqualTo("cu128");
    assertThat(TorchRuntime.flavor(cuda.toString(), false)).as("no driver").isEqualTo("cpu");
    assertThat(TorchRuntime.flavor(cpu, true)).isEqualTo("cpu");
  }

  @Test
  void streamsOfEachThreadAreRefused() {
    System.setProperty(STREAMS, "true");
    try {
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(TorchRuntime::engine)
          .withMessageStartingWith("Cannot run with -D" + STREAMS + "=true: ")
          .withMessageEndingWith("Remove this option");
    } finally {
      System.clearProperty(STREAMS);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void glibcKeepsTheMemoryOfBigTemporaries() {
    assumeTrue(System.getenv("MALLOC_MMAP_THRESHOLD_") == null, "the environment sets it");
    TorchRuntime.engine();
    long memory = Native.malloc(40L << 20 /* above all that glibc would keep by itself */);
    try {
      // Before the bytes stands their number; its second bit tells that they are mapped alone
      // (glibc's malloc.c).
      assertThat(new Pointer(memory).getLong(-8) & 2).isZero();
    } finally {
      Native.free(memory);
    }
  }

  @Test
  void aHostWithoutGpusIsToldToLookForItsDriver() {
    assumeTrue(Gpus.ofHost().all().isEmpty(), "this host has a GPU");
    assertThat(TorchRuntime.cudaDevices()).isZero();
    assertThat(TorchRuntime.withoutCuda()).startsWith("there is no CUDA driver").contains("nvidia");
  }
}
