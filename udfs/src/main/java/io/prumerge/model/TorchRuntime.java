package io.prumerge.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import com.sun.jna.Platform;

/**
 * libtorch in this JVM: started once, offline, with threads that sleep while they wait.
 *
 * <p>DJL would otherwise fetch a missing libtorch from the network, and libgomp's threads would
 * spin between two kernels, which with one other busy process on the machine slows steps
 * thirtyfold.
 */
public final class TorchRuntime {

  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";

  private TorchRuntime() {}

  static {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    if (System.getenv(WAIT_POLICY) == null && !Platform.isWindows()) {
      LibC.load().setenv(WAIT_POLICY, "PASSIVE", 0);
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * The engine.
   *
   * @throws DeviceException in one line where there is no libtorch to load
   */
  public static Engine engine() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new DeviceException(
          "Cannot load libtorch: "
              + rootMessage(e)
              + ". Use the -cpu jar, put ai.djl.pytorch:pytorch-native-cpu (or -cu…) of this"
              + " platform on the class path, or set PYTORCH_LIBRARY_PATH to a folder with libtorch"
              + " 2.7.1",
          e);
    }
  }

  /** CUDA devices that libtorch can open. */
  public static int cudaDevices() {
    return engine().getGpuCount();
  }

  static Torch open(Device device) {
    engine();
    return Torch.load(device);
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }
}
