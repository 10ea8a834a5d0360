package io.prumerge.finetune;

import io.prumerge.store.Json;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The usable rows in a temporary file of this host, to be read in any order: 12 bytes of memory for
 * each, whatever is in it, and the names of their images.
 */
final class RowSpool implements Closeable {

  private final FileChannel file;
  private long[] ends = new long[1024];
  private int[] images = new int[1024];
  private final Map<String, Integer> numbers = new HashMap<>();
  private int count;

  private RowSpool(FileChannel file) {
    this.file = file;
  }

  /**
   * Copies the rows.
   *
   * @param broken numbers of the rows to leave out
   */
  static RowSpool of(DataSource source, BitSet broken, Configuration hadoop) throws IOException {
    RowSpool spool =
        new RowSpool(
            FileChannel.open(
                Files.createTempFile("prumerge-rows-", ".jsonl"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
    try {
      source.read(
          hadoop,
          (line, row) -> {
            if (!broken.get(row)) {
              try {
                spool.add(ConversationReader.read(row, line));
              } catch (RowException | IOException e) {
                throw new IllegalStateException("Row " + row + " has changed: " + e, e);
              }
            }
          });
      return spool;
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private void add(Conversation row) throws IOException {
    if (count + 1 == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
      images = Arrays.copyOf(images, ends.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Json.line(row).getBytes(StandardCharsets.UTF_8));
    long at = ends[count];
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
    images[count] =
        row.hasImage()
            ? numbers.computeIfAbsent(row.image(), image -> numbers.size())
            : RowOrder.NO_IMAGE;
    ends[++count] = at;
  }

  /** Returns a number for the image of each row, equal for equal images. */
  int[] images() {
    return Arrays.copyOf(images, count);
  }

  /** Returns the number of rows. */
  int count() {
    return count;
  }

  /**
   * Reads a row.
   *
   * @param index among the usable rows, from 0
   */
  Conversation get(int index) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(ends[index + 1] - ends[index]));
      while (bytes.hasRemaining()) {
        if (file.read(bytes, ends[index] + bytes.position()) < 0) {
          throw new EOFException("The copy of the rows is cut off");
        }
      }
      return Json.read(new String(bytes.array(), StandardCharsets.UTF_8), Conversation.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
