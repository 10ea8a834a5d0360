package io.prumerge.prepare;

import io.prumerge.lang.Text;
import io.prumerge.store.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes lines to compressed files of a folder as they come, so that executors read what the driver
 * could not hold.
 */
public final class LineFiles implements Closeable {

  /** Lines per file; one task reads each compressed file. */
  private static final long PER_FILE = 50_000;

  private static final int BUFFER_BYTES = 1 << 16;

  private final FileSystem fs;
  private final Path folder;
  private OutputStream out = OutputStream.nullOutputStream();
  private long count;

  /**
   * @param folder must not exist
   */
  public LineFiles(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /**
   * Writes the next line.
   *
   * @param line one JSON object, without the line's end
   */
  public void add(byte[] line) {
    try {
      if (count % PER_FILE == 0) {
        out.close();
        String name = Text.format("%07d.json.gz", count / PER_FILE);
        out =
            new GZIPOutputStream(
                OutputFile.create(fs, new Path(folder, name), false), BUFFER_BYTES);
      }
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write lines to " + folder, e);
    }
    count++;
  }

  /** Returns the number of lines so far. */
  public long count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
