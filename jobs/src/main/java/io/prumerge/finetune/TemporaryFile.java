package io.prumerge.finetune;

import io.prumerge.store.WriteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files of this host that are gone when they are closed, in {@code java.io.tmpdir}. */
final class TemporaryFile {

  private TemporaryFile() {}

  /**
   * Opens a new file for reading and writing.
   *
   * @param prefix of its name
   */
  static FileChannel open(String prefix) throws IOException {
    return FileChannel.open(
        Files.createTempFile(prefix, ""),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Writes all bytes.
   *
   * @param at where they begin
   * @return where they end
   * @throws IOException naming the folder, as on a disk that is full
   */
  static long write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    long end = at;
    try {
      while (bytes.hasRemaining()) {
        end += file.write(bytes, end);
      }
    } catch (IOException e) {
      throw WriteException.of(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
    return end;
  }
}
