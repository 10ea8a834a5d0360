package io.prumerge.store;

import java.io.IOException;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that other programs read. Next to a local file, Hadoop keeps a hidden one with its
 * checksums. Polars, which reads all files of a folder, takes that one for a part of the table.
 */
final class PlainFiles {

  private PlainFiles() {}

  /** Returns a view of the file system that neither writes nor checks checksum files. */
  static FileSystem of(FileSystem fs) {
    return fs instanceof ChecksumFileSystem summed ? summed.getRawFileSystem() : fs;
  }

  /** Renames a file, and drops its checksums. */
  static boolean rename(FileSystem fs, Path from, Path to) throws IOException {
    boolean renamed = of(fs).rename(from, to);
    if (renamed && fs instanceof ChecksumFileSystem summed) {
      of(fs).delete(summed.getChecksumFile(from), false);
    }
    return renamed;
  }
}
