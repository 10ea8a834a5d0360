package io.prumerge.model;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.host.FreeMemory;
import io.prumerge.host.Gpus;
import io.prumerge.torch.Precision;
import io.prumerge.torch.SelfCheck;
import io.prumerge.torch.TorchRuntime;
import java.nio.file.Path;

/** Prints what a process whose driver shows a GPU takes it for, in which it can open none. */
final class DriverOnly {

  private DriverOnly() {}

  /** Takes a folder with the settings of a model. */
  public static void main(String[] args) {
    Device first = Device.gpu(0);
    LlavaConfig config = Checkpoint.configuration(Path.of(args[0]));
    long free = FreeMemory.of(first);
    System.out.println(Gpus.ofHost().all());
    System.out.println(free);
    System.out.println(PassLimits.of(config, Precision.FP16, free, false));
    System.out.println(DeviceMemory.of(first).before());
    System.out.println(TorchRuntime.cudaDevices());
    System.out.println(TorchRuntime.withoutCuda());
    try {
      SelfCheck.on(first);
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
    }
  }
}
