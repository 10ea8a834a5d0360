package io.prumerge.model.tower;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelValues;
import io.prumerge.image.ViewPixels;
import io.prumerge.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings pixels to the tower's device: values as they are; bytes in a fourth of the memory, to be
 * normalised there. Thread-safe.
 */
final class TowerPixels implements AutoCloseable {

  private final Torch torch;
  private final Torch.Value like;
  private final int channels;
  private final Map<PixelValues, Torch.Value> tables = new HashMap<>();
  // One for each thread at once: making one costs more than filling it.
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();

  /**
   * @param like tensors on the device; not closed here
   */
  TowerPixels(Torch torch, Torch.Value like, int channels) {
    this.torch = torch;
    this.like = like;
    this.channels = channels;
  }

  /** Returns the values of some views of one size [views, channels, height, width]. */
  Torch.Value tensor(List<ViewPixels> views, int height, int width) {
    List<PixelBytes> bytes =
        views.stream().filter(PixelBytes.class::isInstance).map(PixelBytes.class::cast).toList();
    boolean alike = bytes.stream().map(PixelBytes::table).distinct().count() == 1;
    return alike && bytes.size() == views.size()
        ? ofBytes(bytes, height, width)
        : ofValues(views, height, width);
  }

  private Torch.Value ofValues(List<ViewPixels> views, int height, int width) {
    int size = channels * height * width;
    float[] all = new float[size * views.size()];
    for (int i = 0; i < views.size(); i++) {
      System.arraycopy(views.get(i).values(), 0, all, i * size, size);
    }
    return torch.tensor(all, like, views.size(), channels, height, width);
  }

  private Torch.Value ofBytes(List<PixelBytes> views, int height, int width) {
    int size = channels * height * width * views.size();
    ByteBuffer buffer = taken(size);
    try {
      ByteBuffer all = buffer.duplicate().limit(size);
      views.forEach(view -> all.put(view.bytes()));
      return torch.pixels(all.flip(), table(views.get(0)), views.size(), height, width, channels);
    } finally {
      giveBack(buffer);
    }
  }

  private synchronized ByteBuffer taken(int size) {
    ByteBuffer free = buffers.poll();
    return free != null && free.capacity() >= size ? free : ByteBuffer.allocateDirect(size);
  }

  private synchronized void giveBack(ByteBuffer buffer) {
    buffers.push(buffer);
  }

  private synchronized Torch.Value table(PixelBytes view) {
    return tables.computeIfAbsent(
        view.table(),
        table -> {
          float[] values = table.table();
          return torch.tensor(values, like, values.length);
        });
  }

  @Override
  public void close() {
    tables.values().forEach(Torch.Value::close);
  }
}
