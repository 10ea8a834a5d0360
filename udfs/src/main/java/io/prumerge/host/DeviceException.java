package io.prumerge.host;

/** A device or its native library is missing; the message says what to do. */
public final class DeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
