package io.prumerge.bench;

import io.prumerge.model.RandomCheckpoint;
import io.prumerge.model.RandomShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** A large checkpoint with random weights that is on disk only as long as it is open. */
record BriefCheckpoint(Path folder) implements AutoCloseable {

  /**
   * Writes it in place of what a run that was ended has left there.
   *
   * @param small whose tokenizer is borrowed
   * @throws IOException also if there is no room for it
   */
  static BriefCheckpoint write(Path folder, Path small, RandomShape shape) throws IOException {
    BriefCheckpoint checkpoint = new BriefCheckpoint(folder);
    checkpoint.close();
    Files.createDirectories(folder);
    try {
      requireRoom(folder, RandomCheckpoint.bytes(shape), "the checkpoint " + shape.label());
      RandomCheckpoint.write(folder, small, shape);
      return checkpoint;
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * Throws unless as many bytes are free.
   *
   * @param what has these bytes
   * @throws IOException with both numbers
   */
  static void requireRoom(Path folder, long bytes, String what) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (bytes > free) {
      throw new IOException(
          "Cannot write %s (%d bytes) to %s: %d bytes are free. Make room, or name another --work"
              .formatted(what, bytes, folder, free));
    }
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(folder)) {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }
}
