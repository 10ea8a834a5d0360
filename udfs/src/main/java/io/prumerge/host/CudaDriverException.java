package io.prumerge.host;

/** A function of the CUDA driver that did not succeed. */
final class CudaDriverException extends RuntimeException {

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
