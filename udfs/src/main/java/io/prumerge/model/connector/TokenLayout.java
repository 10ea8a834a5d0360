package io.prumerge.model.connector;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.SmallerGrid;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.Optional;

/** The layout of images' tokens, with its learned row on the device. */
public final class TokenLayout implements AutoCloseable {

  private final Torch torch;
  private final SequenceLayout layout;
  private final Optional<Torch.Value> newline;

  public TokenLayout(Torch torch, SequenceLayout layout, TensorLoader loader) {
    this.torch = torch;
    this.layout = layout;
    this.newline = layout.newline().map(loader::struct);
  }

  public SequenceLayout layout() {
    return layout;
  }

  /**
   * Brings projected rows into their order.
   *
   * @param rows of all views, one after the other; closed here or handed over
   * @param count of these
   * @return the rows in order; the caller closes them
   */
  public Torch.Value arrange(Torch.Value rows, int count, Optional<Arrangement> order) {
    if (order.isEmpty()) {
      return rows;
    }
    Arrangement wanted = order.get();
    if (newline.isEmpty()) {
      try (rows) {
        return torch.call("gather", rows, wanted.order());
      }
    }
    int[] places =
        Arrays.stream(wanted.order())
            .map(place -> place == SequenceLayout.NEWLINE ? count : place)
            .toArray();
    Torch.Value row = newline.get();
    try (rows) {
      return wanted
          .smaller()
          .map(grid -> smaller(rows, row, places, grid))
          .orElseGet(() -> torch.call("arrange_with_newlines", rows, row, places));
    }
  }

  private Torch.Value smaller(Torch.Value rows, Torch.Value row, int[] places, SmallerGrid grid) {
    return torch.call(
        "arrange_smaller",
        rows,
        row,
        places,
        grid.before(),
        grid.rows(),
        grid.cols(),
        grid.toRows(),
        grid.toCols());
  }

  @Override
  public void close() {
    newline.ifPresent(Torch.Value::close);
  }
}
