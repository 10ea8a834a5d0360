package io.prumerge.finetune;

import io.prumerge.source.ImageFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Which images there are. Lists each folder once, since a question to a remote store for each of
 * some hundred thousand images would take hours.
 */
final class ImageListing {

  private final Path root;
  private final FileSystem fs;
  private final boolean here;
  private final Map<Path, Set<String>> folders = new HashMap<>();

  /**
   * @param root to which the images' names are relative
   */
  ImageListing(String root, Configuration hadoop) throws IOException {
    this.root = new Path(root);
    this.fs = this.root.getFileSystem(hadoop);
    this.here = fs.getUri().getScheme().equals("file");
  }

  /**
   * Returns whether there is a file of this name that is not empty.
   *
   * @throws io.prumerge.source.DataException if the locale keeps this JVM from looking for it
   */
  boolean has(String image) throws IOException {
    Path file = new Path(root + "/" + image);
    if (here) {
      ImageFolder.requireNameable(file);
    }
    Set<String> names = folders.get(file.getParent());
    if (names == null) {
      names = names(file.getParent());
      folders.put(file.getParent(), names);
    }
    return names.contains(file.getName());
  }

  private Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try {
      RemoteIterator<FileStatus> files = fs.listStatusIterator(folder);
      while (files.hasNext()) {
        FileStatus file = files.next();
        if (file.isSymlink() || file.isFile() && file.getLen() > 0) {
          names.add(file.getPath().getName());
        }
      }
    } catch (FileNotFoundException e) {
      return Set.of(); // none of its images exists
    }
    return names;
  }
}
