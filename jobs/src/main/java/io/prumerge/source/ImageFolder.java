package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.location.HostEncoding;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The folder that image names are relative to; a file that is not there is looked for in the given
 * folders, in their order. On the local file system, a symbolic link is followed only to files
 * below the given folders; otherwise an archive of images could make this program read any other
 * file of the host. Hadoop's other file systems have no such links.
 *
 * @param path the folder; empty if no image is a file of its own
 * @param sources the given folders; it is one of them or below one
 * @param setting by which they are given
 */
public record ImageFolder(String path, List<String> sources, Setting setting)
    implements Serializable {

  /** The value for images that are not files of their own. */
  public static final ImageFolder NONE = new ImageFolder("", List.of(), Setting.SOURCE);

  private static final long serialVersionUID = 1L;

  public ImageFolder {
    sources = List.copyOf(sources);
  }

  /**
   * Returns where the file of an image may be, the likeliest place first; on the local file system
   * where it is, with links resolved.
   *
   * @throws DataException if a link leads out of the given folders, or the locale keeps this JVM
   *     from looking for the file
   */
  public List<Path> files(String name, Configuration hadoop) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : all()) {
      for (Path file : places(folder, name)) {
        if (!file.getFileSystem(hadoop).getUri().getScheme().equals("file")) {
          files.add(file);
          continue;
        }
        Optional<Path> real = local(folder, file, name);
        if (real.isPresent()) { // which no other folder need be asked for
          files.add(real.get());
          return files;
        }
      }
    }
    return files;
  }

  /** Returns the folders in which files are looked for, the likeliest first. */
  public List<String> all() {
    return Stream.concat(Stream.of(path), sources.stream()).distinct().toList();
  }

  /**
   * Returns where an image may be whose name is relative to a folder, or to the one around it: so
   * DocVQA's files name the pictures in the folder {@code documents} as {@code documents/a.png}.
   */
  static List<Path> places(String folder, String name) {
    Path below = new Path(folder + "/" + name);
    String own = new Path(folder).getName() + "/";
    return own.length() > 1 && name.startsWith(own) && name.length() > own.length()
        ? List.of(below, new Path(folder + "/" + name.substring(own.length())))
        : List.of(below);
  }

  private Optional<Path> local(String folder, Path file, String name) throws IOException {
    requireNameable(file);
    java.nio.file.Path real;
    try {
      real = real(file);
    } catch (FileSystemException e) {
      return Optional.empty(); // no such file, or a link that leads nowhere
    }
    for (String source : sources) {
      if (real.startsWith(real(new Path(source)))) {
        return Optional.of(new Path(real.toUri()));
      }
    }
    throw new DataException(
        Wording.of(
            "image '%s' in %s is a symbolic link to %s, outside the given folders; to allow it,"
                + " give its folder as one more %s",
            name, folder, real, setting));
  }

  /**
   * Refuses a file of this host that the locale keeps this JVM from looking for.
   *
   * @throws DataException if it does
   */
  public static void requireNameable(Path file) {
    try {
      HostEncoding.require(file.toUri().getPath());
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  private static java.nio.file.Path real(Path path) throws IOException {
    return new File(path.toUri().getPath()).toPath().toRealPath();
  }
}
