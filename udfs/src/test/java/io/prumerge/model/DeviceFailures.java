package io.prumerge.model;

import io.prumerge.torch.TorchException;

/** Failures as a device reports them, for tests that inject them. */
public final class DeviceFailures {
  private DeviceFailures() {}

  /** What libtorch says when its CPU allocator has nothing left. */
  public static TorchException outOfMemory() {
    return new TorchException(
        "forward",
        new IllegalStateException(
            "RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to"
                + " allocate 1 bytes. Error code 12 (Cannot allocate memory)"));
  }

  /** A pass that cannot be, whatever runs it. */
  public static TorchException wrong() {
    return new TorchException(
        "forward",
        new IllegalStateException(
            "RuntimeError: The size of tensor a (5) must match the size of tensor b (4)"));
  }

  /** A device that does not work. */
  public static TorchException broken() {
    return new TorchException(
        "forward", new IllegalStateException("RuntimeError: CUDA error: device-side assert"));
  }
}
