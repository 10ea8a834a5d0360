package io.prumerge.torch;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import com.sun.jna.Platform;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpus;
import io.prumerge.host.LibC;
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

  /** How libgomp's threads wait; {@code PASSIVE} unless it is set. */
  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";

  /** Whether libtorch asks for huge pages; 1 unless it is set. */
  private static final String HUGE_PAGES = "THP_MEM_ALLOC_ENABLE";

  /** How libtorch allocates memory of a GPU. */
  private static final String ALLOCATOR = "PYTORCH_ALLOC_CONF";

  /**
   * As {@code PYTORCH_ALLOC_CONF}, by its name before libtorch 2.9, which later versions still read
   * where that is not set; {@code expandable_segments:True}, which keeps free memory in one piece,
   * unless one of the two is set.
   */
  private static final String CUDA_ALLOCATOR = "PYTORCH_CUDA_ALLOC_CONF";

  /** Bytes from which glibc maps a block by itself; 128 MiB unless it is set. */
  private static final String MAPPED_FROM = "MALLOC_MMAP_THRESHOLD_";

  /** That number of bytes: temporaries that reach it are mapped and cleared anew each time. */
  public static final int MAPPED_BYTES = 128 << 20;

  /** Free bytes above which glibc gives memory back to the system; 1 GiB unless it is set. */
  private static final String TRIMMED_FROM = "MALLOC_TRIM_THRESHOLD_";

  // Options of mallopt, from glibc's malloc.h.
  private static final int TRIM_THRESHOLD = -1;
  private static final int MMAP_THRESHOLD = -3;

  /** Folder of a libtorch 2.7.1, which is taken instead of a jar's. */
  static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  /**
   * Flavour of DJL's JNI library for {@code PYTORCH_LIBRARY_PATH}; unless it is set, {@code cu128}
   * for a CUDA libtorch where the driver shows a GPU, else {@code cpu}.
   */
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  private static final String CUDA_STREAMS = "ai.djl.pytorch.enable_cuda_stream";
  // The CUDA version that DJL's jni jar has a library for.
  private static final String CUDA_FLAVOR = "cu128";
  // DJL publishes no artifact with a CUDA build of 2.7.1: these two are PyTorch's own.
  private static final String CUDA_BUILDS =
      "torch/lib of the Python wheel torch==2.7.1 (CUDA 12.6, or 12.8 from PyTorch's own index),"
          + " with the wheel's nvidia folder left next to its torch folder, or lib of PyTorch's"
          + " libtorch-shared-with-deps-2.7.1+cu128.zip";

  // Both stay what they were when the process first asked for libtorch.
  private static final String MKL_SETTING =
      ProcessSettings.here(MklOnAmd.KEY).orElse(MklOnAmd.DEFAULT);
  private static final SettingEffect MKL = MklOnAmd.start(MKL_SETTING);

  private TorchRuntime() {}

  static {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    String libraryPath = Utils.getEnvOrSystemProperty(LIBRARY_PATH);
    if (libraryPath != null && System.getenv(FLAVOR) == null) {
      setIfAbsent(FLAVOR, flavor(libraryPath, !Gpus.ofHost().all().isEmpty()));
    }
    if (!Platform.isWindows()) {
      LibC c = LibC.load();
      c.setenv(WAIT_POLICY, "PASSIVE", 0 /* what the user set stays */);
      // Mapping big temporaries in small pages took up to half of the time of wide layers and 80 %
      // of that of their activations.
      c.setenv(HUGE_PAGES, "1", 0);
      // Otherwise what is freed in blocks of one size on a GPU serves no tensor of another.
      if (System.getenv(ALLOCATOR) == null) {
        c.setenv(CUDA_ALLOCATOR, "expandable_segments:True", 0);
      }
      if (c.dlsym(null, "mallopt") != null) {
        keepFreed(c);
      }
    }
  }

  // An operator's temporaries are as big as the last one's. What glibc gives back to the system in
  // between is cleared, page by page, before the next one has it. With what is kept, questions are
  // answered 1.02 to 1.11 times as fast, with 0.55 times the page faults (Xeon, two threads).
  private static void keepFreed(LibC c) {
    if (System.getenv(MAPPED_FROM) == null) {
      c.mallopt(MMAP_THRESHOLD, MAPPED_BYTES);
    }
    if (System.getenv(TRIMMED_FROM) == null) {
      c.mallopt(TRIM_THRESHOLD, 1 << 30);
    }
  }

  /** Sets the number of threads for the calling thread's operations; other threads keep theirs. */
  public static void useThreads(int count) {
    engine();
    Torch.threads(count);
  }

  /**
   * Returns the one of DJL's JNI libraries that fits a libtorch of the user's. DJL 0.36.0 itself
   * looks for one of a "precxx11" build there, which its jar no longer has.
   *
   * @param libraryPath folders, of which the first with a libtorch is taken
   * @param gpus whether there are any: without a driver the library for CUDA cannot be loaded, and
   *     the one for the CPU runs a CUDA libtorch too
   */
  static String flavor(String libraryPath, boolean gpus) {
    boolean cudaBuild =
        Arrays.stream(libraryPath.split(File.pathSeparator))
            .anyMatch(folder -> new File(folder, System.mapLibraryName("torch_cuda")).exists());
    return cudaBuild && gpus ? CUDA_FLAVOR : "cpu";
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Returns the engine.
   *
   * @throws DeviceException in one line where there is no libtorch to load, or a setting cannot be
   *     followed
   */
  public static Engine engine() {
    if (Boolean.getBoolean(CUDA_STREAMS)) {
      throw new DeviceException(
          "Cannot run with -D"
              + CUDA_STREAMS
              + "=true: each thread would work on a CUDA stream of its own and read what another"
              + " has not written yet. Remove this option");
    }
    MklOnAmd.require(MKL_SETTING);
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new DeviceException(
          "Cannot load libtorch: "
              + rootMessage(e).replaceFirst("[.]$", "")
              + ". For the CPU use the -cpu jar, or put ai.djl.pytorch:pytorch-native-cpu:2.7.1 of"
              + " this platform on the class path. For GPUs set PYTORCH_LIBRARY_PATH to "
              + CUDA_BUILDS,
          e);
    }
  }

  /** Returns the version of libtorch that is loaded. */
  public static String version() {
    return engine().getVersion();
  }

  /** Returns which kernels MKL takes on an AMD processor in this process. */
  public static SettingEffect mklOnAmd() {
    return MKL;
  }

  /** Returns the number of CUDA devices that libtorch can open. */
  public static int cudaDevices() {
    return engine().hasCapability("CUDA") ? Gpus.ofHost().all().size() : 0;
  }

  /** Says in one line why libtorch cannot open a CUDA device, and what to do about it. */
  public static String withoutCuda() {
    Gpus gpus = Gpus.ofHost();
    if (gpus.all().isEmpty()) {
      return gpus.reason()
          + ". Check nvidia-smi on this host; a container needs"
          + " NVIDIA_DRIVER_CAPABILITIES=compute,utility";
    }
    if (cudaDevices() == 0) {
      return "this libtorch is built for the CPU, or for a newer CUDA than the driver's "
          + gpus.cudaVersion()
          + ". Set PYTORCH_LIBRARY_PATH to "
          + CUDA_BUILDS;
    }
    return "there are "
        + gpus.all().size()
        + ". Check CUDA_VISIBLE_DEVICES and the address that Spark assigned";
  }

  public static Torch open() {
    engine();
    return Torch.load();
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }
}
