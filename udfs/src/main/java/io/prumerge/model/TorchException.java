package io.prumerge.model;

/** libtorch could not do what the forward pass asked of it. */
public final class TorchException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  // Text of c10::OutOfMemoryError and of the CPU allocator's refusal.
  private static final String[] OUT_OF_MEMORY = {"out of memory", "can't allocate memory"};

  TorchException(String method, Throwable cause) {
    super("Cannot run '" + method + "': " + reason(cause), cause);
  }

  /** Whether the device had no memory left; smaller work may succeed. */
  public boolean outOfMemory() {
    String text = getMessage().toLowerCase(java.util.Locale.ROOT);
    for (String sign : OUT_OF_MEMORY) {
      if (text.contains(sign)) {
        return true;
      }
    }
    return false;
  }

  // The interpreter's message is a page long: the line after the last "RuntimeError:" says what.
  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage()).strip();
    int at = text.lastIndexOf("Error: ");
    String tail = at < 0 ? text : text.substring(at + "Error: ".length());
    return tail.lines().findFirst().orElse(text);
  }
}
