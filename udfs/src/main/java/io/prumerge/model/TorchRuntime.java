package io.prumerge.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Platform;
import java.io.File;
import java.util.Arrays;

/**
 * libtorch in this JVM: started once, offline, with threads that sleep while they wait.
 *
 * <p>DJL would otherwise fetch a missing libtorch from the network, and libgomp's threads would
 * spin between two kernels, which with one other busy process on the machine slows steps
 * thirtyfold.
 */
public final class TorchRuntime {

  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  private static final String HUGE_PAGES = "THP_MEM_ALLOC_ENABLE";
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  private static final String FLAVOR = "PYTORCH_FLAVOR";
  // The CUDA version that DJL's jni jar has a library for.
  private static final String CUDA_FLAVOR = "cu128";

  private TorchRuntime() {}

  static {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    if (System.getenv(LIBRARY_PATH) != null && System.getenv(FLAVOR) == null) {
      setIfAbsent(FLAVOR, flavor(System.getenv(LIBRARY_PATH)));
    }
    if (!Platform.isWindows()) {
      LibC c = LibC.load();
      c.setenv(WAIT_POLICY, "PASSIVE", 0 /* what the user set stays */);
      // Big temporaries are mapped anew for every operator; in small pages that took up to half of
      // the time of wide layers and 80 % of that of their activations.
      c.setenv(HUGE_PAGES, "1", 0);
    }
  }

  /** Lets what the calling thread runs use so many threads; others keep theirs. */
  public static void useThreads(int count) {
    engine();
    Torch.threads(count);
  }

  /**
   * Which of DJL's JNI libraries fits a libtorch that was not built with it. DJL 0.35.1 itself asks
   * for one of a "precxx11" build there, which its jar no longer has.
   */
  private static String flavor(String libraryPath) {
    boolean cudaBuild =
        Arrays.stream(libraryPath.split(File.pathSeparator))
            .anyMatch(folder -> new File(folder, System.mapLibraryName("torch_cuda")).exists());
    return cudaBuild && CudaUtils.getGpuCount() > 0 ? CUDA_FLAVOR : "cpu";
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
