package io.prumerge.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
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

  /** Returns the names of links in a folder to what is not there, which Hadoop does not list. */
  static List<String> broken(Path qualified) throws IOException {
    List<String> names = new ArrayList<>();
    if (mayBeBelow(qualified)) {
      java.nio.file.Path folder = new File(qualified.toUri().getPath()).toPath();
      try (DirectoryStream<java.nio.file.Path> all = Files.newDirectoryStream(folder)) {
        for (java.nio.file.Path one : all) {
          if (Files.isSymbolicLink(one) && !Files.exists(one)) {
            names.add(one.getFileName().toString());
          }
        }
      }
    }
    return names;
  }

  /** Returns whether what a folder lists is such a link. */
  static boolean is(FileStatus status) {
    return status.isDirectory()
        && mayBeBelow(status.getPath())
        && Files.isSymbolicLink(new File(status.getPath().toUri().getPath()).toPath());
  }
}
