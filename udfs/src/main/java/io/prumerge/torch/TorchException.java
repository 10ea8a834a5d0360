package io.prumerge.torch;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** An operation of the forward pass failed in libtorch. */
public final class TorchException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  // Text of c10::OutOfMemoryError, of the CPU allocator's refusal, and of libraries that could not
  // have their workspaces.
  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "cublas_status_alloc_failed",
          "cudnn_status_alloc_failed");
  // First words of the errors of c10_cuda_check_implementation and of ATen's checks of CUDA
  // libraries.
  private static final String CUDA = "cuda error: ";
  private static final String ERROR = "Error: ";

  public TorchException(String method, Throwable cause) {
    super("Cannot run '" + method + "': " + reason(cause), cause);
  }

  /** Returns whether the device had no memory left; smaller work may succeed. */
  public boolean outOfMemory() {
    String text = text();
    return OUT_OF_MEMORY.stream().anyMatch(text::contains);
  }

  /**
   * Returns whether nothing will run on the device any more: an error of CUDA that is not about
   * memory stays in the process' context, and every later call has it too.
   */
  public boolean deviceLost() {
    return text().contains(CUDA) && !outOfMemory();
  }

  /** Returns the error in one line, as the interpreter or the script itself words it. */
  public String reason() {
    return lines()
        .filter(line -> line.contains(ERROR))
        .reduce((first, last) -> last)
        .map(line -> line.substring(line.indexOf(ERROR) + ERROR.length()))
        .or(() -> lines().filter(line -> !line.isBlank()).findFirst())
        .orElse(getMessage());
  }

  private Stream<String> lines() {
    return String.valueOf(getCause().getMessage()).lines().map(String::strip);
  }

  private String text() {
    return getMessage().toLowerCase(Locale.ROOT);
  }

  // The interpreter's message is a page long: the line after the last "RuntimeError:" names the
  // error.
  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage()).strip();
    int at = text.lastIndexOf(ERROR);
    String tail = at < 0 ? text : text.substring(at + ERROR.length());
    return tail.lines().findFirst().orElse(text);
  }
}
