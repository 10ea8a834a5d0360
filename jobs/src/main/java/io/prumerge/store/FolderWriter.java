package io.prumerge.store;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** Writes a folder's files. */
public interface FolderWriter {
  /**
   * Writes all files.
   *
   * @param partial folder in place of the final one; does not exist yet
   */
  void write(Path partial) throws IOException;
}
