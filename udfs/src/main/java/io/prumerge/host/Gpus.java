package io.prumerge.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The GPUs that this process may use. A host without a driver has none, which is no error. */
public final class Gpus {

  private static final Logger LOG = LoggerFactory.getLogger(Gpus.class);
  private static final int NAME_BYTES = 256;

  /** Asked once: the devices that this process sees do not change. */
  private static final class Host {
    private static final Gpus GPUS = Gpus.of(CudaDriver::load);
  }

  private final CudaDriver driver; // null where there is none
  private final List<Gpu> all;
  private final String reason;

  private Gpus(CudaDriver driver, List<Gpu> all, String reason) {
    this.driver = driver;
    this.all = List.copyOf(all);
    this.reason = reason;
  }

  /** Returns the GPUs of this host. */
  public static Gpus ofHost() {
    return Host.GPUS;
  }

  static Gpus of(Supplier<CudaDriver> load) {
    try {
      CudaDriver driver = load.get();
      return new Gpus(driver, devices(driver), "the CUDA driver shows no device");
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("Cannot load {}", CudaDriver.library(), e);
      return new Gpus(
          null, List.of(), "there is no CUDA driver: " + CudaDriver.library() + " is not found");
    } catch (CudaDriverException e) {
      LOG.warn("{}; going on without GPUs", e.getMessage());
      return new Gpus(null, List.of(), e.getMessage());
    }
  }

  private static List<Gpu> devices(CudaDriver driver) {
    int initialised = driver.cuInit(0);
    if (initialised == CudaDriver.NO_DEVICE) {
      return List.of();
    }
    CudaDriverException.check("cuInit", initialised);
    IntByReference count = new IntByReference();
    CudaDriverException.check("cuDeviceGetCount", driver.cuDeviceGetCount(count));
    List<Gpu> devices = new ArrayList<>();
    for (int ordinal = 0; ordinal < count.getValue(); ordinal++) {
      devices.add(device(driver, ordinal));
    }
    return devices;
  }

  private static Gpu device(CudaDriver driver, int ordinal) {
    int handle = handle(driver, ordinal);
    byte[] name = new byte[NAME_BYTES];
    CudaDriverException.check("cuDeviceGetName", driver.cuDeviceGetName(name, NAME_BYTES, handle));
    LongByReference bytes = new LongByReference();
    CudaDriverException.check("cuDeviceTotalMem", driver.cuDeviceTotalMem_v2(bytes, handle));
    int major = attribute(driver, CudaDriver.CAPABILITY_MAJOR, handle);
    int minor = attribute(driver, CudaDriver.CAPABILITY_MINOR, handle);
    return new Gpu(ordinal, Native.toString(name), 10 * major + minor, bytes.getValue());
  }

  private static int handle(CudaDriver driver, int ordinal) {
    IntByReference handle = new IntByReference();
    CudaDriverException.check("cuDeviceGet", driver.cuDeviceGet(handle, ordinal));
    return handle.getValue();
  }

  private static int attribute(CudaDriver driver, int attribute, int handle) {
    IntByReference value = new IntByReference();
    CudaDriverException.check(
        "cuDeviceGetAttribute", driver.cuDeviceGetAttribute(value, attribute, handle));
    return value.getValue();
  }

  /** Returns the GPUs in the order of their ordinals, from 0. */
  public List<Gpu> all() {
    return all;
  }

  /** Says in one clause why there are none; meaningless if there are some. */
  public String reason() {
    return reason;
  }

  /**
   * Returns the bytes of a GPU that no process uses; empty where the driver does not say, or knows
   * no such GPU. Makes a CUDA context on the device, which costs some memory unless libtorch has
   * already made the same one.
   */
  public OptionalLong freeBytes(int ordinal) {
    if (ordinal >= all.size()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(free(handle(driver, ordinal)));
    } catch (CudaDriverException e) {
      LOG.warn("Cannot tell the free memory of CUDA device {}: {}", ordinal, e.getMessage());
      return OptionalLong.empty();
    }
  }

  private long free(int handle) {
    PointerByReference context = new PointerByReference();
    CudaDriverException.check(
        "cuDevicePrimaryCtxRetain", driver.cuDevicePrimaryCtxRetain(context, handle));
    try {
      CudaDriverException.check("cuCtxPushCurrent", driver.cuCtxPushCurrent_v2(context.getValue()));
      try {
        LongByReference free = new LongByReference();
        CudaDriverException.check(
            "cuMemGetInfo", driver.cuMemGetInfo_v2(free, new LongByReference()));
        return free.getValue();
      } finally {
        driver.cuCtxPopCurrent_v2(new PointerByReference());
      }
    } finally {
      driver.cuDevicePrimaryCtxRelease_v2(handle);
    }
  }

  /** Returns the newest CUDA that the driver can serve, as {@code 12.8}. */
  public String cudaVersion() {
    IntByReference version = new IntByReference(); // 1000 times major plus 10 times minor
    if (driver == null || driver.cuDriverGetVersion(version) != 0) {
      return "unknown";
    }
    return version.getValue() / 1000 + "." + version.getValue() % 1000 / 10;
  }

  /** A function of the CUDA driver that did not succeed. */
  private static final class CudaDriverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private CudaDriverException(String function, int code) {
      super("the CUDA driver's " + function + " failed with code " + code);
    }

    /**
     * Lets a success pass.
     *
     * @param code the function's return value: 0 for success
     */
    static void check(String function, int code) {
      if (code != 0) {
        throw new CudaDriverException(function, code);
      }
    }
  }

  /**
   * The few functions of NVIDIA's driver API that are needed here; each returns 0 for success. The
   * driver brings the library with it. The CUDA runtime, which could count devices too, is inside
   * libtorch under a name that cannot be looked up.
   */
  interface CudaDriver extends Library {

    /** A driver without a device. */
    int NO_DEVICE = 100;

    int CAPABILITY_MAJOR = 75;
    int CAPABILITY_MINOR = 76;

    /** Opens the library by its versioned name: containers are given no other. */
    static String library() {
      return Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
    }

    /**
     * Returns the host's library.
     *
     * @throws UnsatisfiedLinkError if there is none
     */
    static CudaDriver load() {
      return Native.load(library(), CudaDriver.class);
    }

    int cuInit(int flags);

    int cuDriverGetVersion(IntByReference version);

    int cuDeviceGetCount(IntByReference count);

    int cuDeviceGet(IntByReference device, int ordinal);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

    int cuDeviceGetName(byte[] name, int length, int device);

    int cuDeviceTotalMem_v2(LongByReference bytes, int device);

    int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

    int cuDevicePrimaryCtxRelease_v2(int device);

    int cuCtxPushCurrent_v2(Pointer context);

    int cuCtxPopCurrent_v2(PointerByReference context);

    int cuMemGetInfo_v2(LongByReference free, LongByReference total);
  }
}
