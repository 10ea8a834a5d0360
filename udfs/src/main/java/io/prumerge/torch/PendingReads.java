package io.prumerge.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tensors that the host is to have. It reads all of them with one wait, which is what reading costs
 * where they are small.
 */
public final class PendingReads implements AutoCloseable {

  // Beyond 16 MiB the copies take longer than any wait, and fill the host's memory.
  private static final long ENOUGH = 1 << 22;

  private record Pending(Torch.Value tensor, Consumer<float[]> to) {}

  private final Torch torch;
  private final List<Pending> pending = new ArrayList<>();
  private long elements;

  public PendingReads(Torch torch) {
    this.torch = torch;
  }

  /**
   * Adds a tensor.
   *
   * @param tensor closed here
   * @param to takes its elements, fp32 and row-major
   */
  public void add(Torch.Value tensor, Consumer<float[]> to) {
    pending.add(new Pending(tensor, to));
    elements += tensor.size(torch);
  }

  /** Returns whether it is time to read: more would not be faster. */
  public boolean enough() {
    return elements >= ENOUGH;
  }

  /** Reads all with one wait, none if there are none, and hands them out in their order. */
  public void read() {
    if (pending.isEmpty()) {
      return;
    }
    List<float[]> values = torch.floats(pending.stream().map(Pending::tensor).toList());
    for (int i = 0; i < values.size(); i++) {
      pending.get(i).to().accept(values.get(i));
    }
    close();
  }

  /** Closes what has not been read. */
  @Override
  public void close() {
    pending.forEach(one -> one.tensor().close());
    pending.clear();
    elements = 0;
  }
}
