package io.prumerge.spark;

import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;

/** What a file system says about a file's content, without reading it. */
public final class FileState {

  private FileState() {}

  /**
   * Returns the file's length and time, and its ETag from a store that has them: a file that was
   * replaced has another text.
   */
  public static String of(FileStatus file) {
    String text = file.getLen() + " " + file.getModificationTime();
    return file instanceof EtagSource tagged && tagged.getEtag() != null
        ? text + " " + tagged.getEtag()
        : text;
  }
}
