package io.prumerge.spark;

import io.prumerge.host.DeviceException;
import io.prumerge.torch.TorchException;

/**
 * What a task does about a device that this process can no longer use, because a call does not
 * return or an error has ended its context. Only a new process can use it again, so the executor
 * exits; Spark starts another one and repeats its tasks.
 *
 * @param executor whether this process is an executor, which may exit; false if the driver itself
 *     runs tasks
 */
record LostDevice(boolean executor) {

  /** Returns the behaviour for this process. */
  static LostDevice here() {
    return new LostDevice(!TaskModel.onDriver());
  }

  /**
   * Returns the exception to throw for a lost device.
   *
   * @param message why it is lost, and what to do
   * @throws LostDeviceError if this process is an executor, which must exit
   */
  DeviceException because(String message) {
    if (executor) {
      throw new LostDeviceError(message);
    }
    return new DeviceException(message);
  }

  /**
   * Returns the exception to throw for a failure of libtorch: the failure itself if the device is
   * still usable.
   *
   * @throws LostDeviceError if the device is lost and this process is an executor, which must exit
   */
  RuntimeException of(TorchException failure) {
    return failure.deviceLost()
        ? because("The device is lost to this process, which has to end: " + failure.getMessage())
        : failure;
  }

  /**
   * A process has lost its device. It is a virtual machine error because Spark ends an executor on
   * such an error, after reporting the failed task to the driver ({@code
   * org.apache.spark.executor.Executor.isFatalError}).
   */
  private static final class LostDeviceError extends VirtualMachineError {

    private static final long serialVersionUID = 1L;

    LostDeviceError(String message) {
      super(message);
    }
  }
}
