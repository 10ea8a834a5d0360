package io.prumerge.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that is being written. What goes wrong names it, which a full disk's own error does not.
 */
public final class OutputFile extends FilterOutputStream {

  private final Path file;

  private OutputFile(OutputStream out, Path file) {
    super(out);
    this.file = file;
  }

  /**
   * Creates a file, and the folders above it.
   *
   * @param overwrite whether it may exist
   * @throws IOException naming the file
   */
  public static OutputStream create(FileSystem fs, Path file, boolean overwrite)
      throws IOException {
    try {
      return new OutputFile(fs.create(file, overwrite), file);
    } catch (IOException | FSError e) {
      throw WriteException.of(file, e);
    }
  }

  @Override
  public void write(int one) throws IOException {
    try {
      out.write(one);
    } catch (IOException | FSError e) {
      throw WriteException.of(file, e);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException | FSError e) {
      throw WriteException.of(file, e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException | FSError e) {
      throw WriteException.of(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException | FSError e) {
      throw WriteException.of(file, e);
    }
  }
}
