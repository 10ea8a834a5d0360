package io.prumerge.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

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

  /** By its versioned name: containers are given no other. */
  static String library() {
    return Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
  }

  /**
   * The host's library.
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
