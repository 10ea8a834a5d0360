package io.prumerge.source;

import java.io.File;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A symbolic link to a folder, below a folder that was given: it may lead back to where it is, or
 * to all files of the host. Links to files are followed, of which Hugging Face's cache consists.
 * Hadoop's file systems but this host's have no links.
 */
final class LinkedFolder {

  private static final String LOCAL = "file";

  private LinkedFolder() {}

  /** Returns whether a path is on the file system of this host. */
  static boolean mayBeBelow(Path qualified) {
    return LOCAL.equals(qualified.toUri().getScheme());
  }

  /** Returns whether what a folder lists is such a link. */
  static boolean is(FileStatus status) {
    return status.isDirectory()
        && mayBeBelow(status.getPath())
        && Files.isSymbolicLink(new File(status.getPath().toUri().getPath()).toPath());
  }
}
