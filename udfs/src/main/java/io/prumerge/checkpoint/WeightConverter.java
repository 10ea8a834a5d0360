package io.prumerge.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes tensors in another float type, in pieces, so that memory does not grow with their size.
 */
final class WeightConverter implements AutoCloseable {

  private static final int PIECE_ELEMENTS = 1 << 20;

  private final Map<TensorType, FloatConversion> conversions = new EnumMap<>(TensorType.class);
  private final Map<Path, FileChannel> sources = new HashMap<>();
  private final ByteBuffer read = buffer(PIECE_ELEMENTS * Float.BYTES);
  private final ByteBuffer converted = buffer(PIECE_ELEMENTS * Float.BYTES);

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes a new file and waits until it is on the disk.
   *
   * @param layout of the file, its tensors in the order of {@code tensors}
   * @param tensors of other types than the layout's
   */
  void write(Path file, SafetensorsLayout layout, List<TensorEntry> tensors) throws IOException {
    try (FileChannel target =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeAll(target, ByteBuffer.wrap(layout.start()));
      for (TensorEntry tensor : tensors) {
        convert(tensor, layout.type(), target);
      }
      target.force(true);
    }
  }

  private void convert(TensorEntry tensor, TensorType type, FileChannel target) throws IOException {
    FloatConversion conversion =
        conversions.computeIfAbsent(tensor.type(), from -> FloatConversion.between(from, type));
    FileChannel source = source(tensor.file());
    int pieceBytes = PIECE_ELEMENTS * tensor.type().bytes();
    for (long done = 0; done < tensor.bytes(); done += pieceBytes) {
      read.clear().limit((int) Math.min(pieceBytes, tensor.bytes() - done));
      while (read.hasRemaining()) {
        if (source.read(read, tensor.offset() + done + read.position()) < 0) {
          throw new EOFException(tensor.file() + " became shorter while it was read");
        }
      }
      conversion.convert(read.flip(), converted.clear());
      writeAll(target, converted.flip());
    }
  }

  private FileChannel source(Path file) throws IOException {
    FileChannel open = sources.get(file);
    if (open == null) {
      open = FileChannel.open(file);
      sources.put(file, open);
    }
    return open;
  }

  private static void writeAll(FileChannel target, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      target.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel source : sources.values()) {
      source.close();
    }
  }
}
