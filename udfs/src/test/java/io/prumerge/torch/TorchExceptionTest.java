package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchExceptionTest {

  private static TorchException exception(String text) {
    return new TorchException("layers", new IllegalStateException("RuntimeError: " + text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory"
      })
  void memoryThatIsNotThereIsOnlyThat(String text) {
    assertThat(exception(text).outOfMemory()).isTrue();
    assertThat(exception(text).deviceLost()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously",
        "CUDA error: unspecified launch failure",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, opa)`"
      })
  void anyOtherErrorOfCudaLosesTheDevice(String text) {
    assertThat(exception(text).deviceLost()).isTrue();
    assertThat(exception(text).outOfMemory()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The size of tensor a (5) must match the size of tensor b (4)",
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0"
      })
  void aPassThatCannotBeIsNeither(String text) {
    assertThat(exception(text).deviceLost()).isFalse();
    assertThat(exception(text).outOfMemory()).isFalse();
  }
}
