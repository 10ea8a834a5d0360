package io.prumerge.host;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.prumerge.host.Gpus.CudaDriver;
import java.nio.charset.StandardCharsets;

/** A driver of GPUs named A, B, ... that answers without a device. */
final class FakeDriver implements CudaDriver {

  /** Of each GPU. */
  static final long BYTES = 80L << 30;

  private final int initialised;
  private final int devices;
  private int contexts;
  private boolean lost;

  /**
   * @param initialised what cuInit returns
   */
  FakeDriver(int initialised, int devices) {
    this.initialised = initialised;
    this.devices = devices;
  }

  /** Lets every later question about memory fail, as an error of CUDA does. */
  void lose() {
    lost = true;
  }

  /** Contexts that are held or current. */
  int contexts() {
    return contexts;
  }

  @Override
  public int cuInit(int flags) {
    return initialised;
  }

  @Override
  public int cuDriverGetVersion(IntByReference version) {
    version.setValue(12080);
    return 0;
  }

  @Override
  public int cuDeviceGetCount(IntByReference count) {
    count.setValue(devices);
    return 0;
  }

  @Override
  public int cuDeviceGet(IntByReference device, int ordinal) {
    device.setValue(7 + ordinal);
    return 0;
  }

  @Override
  public int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
    value.setValue(attribute == CAPABILITY_MAJOR ? 8 : 9);
    return 0;
  }

  @Override
  public int cuDeviceGetName(byte[] name, int length, int device) {
    byte[] text = Character.toString('A' + device - 7).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, name, 0, text.length);
    return 0;
  }

  @Override
  public int cuDeviceTotalMem_v2(LongByReference bytes, int device) {
    bytes.setValue(BYTES);
    return 0;
  }

  @Override
  public int cuDevicePrimaryCtxRetain(PointerByReference context, int device) {
    contexts++;
    context.setValue(Pointer.createConstant(device));
    return 0;
  }

  @Override
  public int cuDevicePrimaryCtxRelease_v2(int device) {
    contexts--;
    return 0;
  }

  @Override
  public int cuCtxPushCurrent_v2(Pointer context) {
    contexts++;
    return 0;
  }

  @Override
  public int cuCtxPopCurrent_v2(PointerByReference context) {
    contexts--;
    return 0;
  }

  @Override
  public int cuMemGetInfo_v2(LongByReference free, LongByReference total) {
    free.setValue(BYTES / 4);
    total.setValue(BYTES);
    return lost ? 700 : 0;
  }
}
