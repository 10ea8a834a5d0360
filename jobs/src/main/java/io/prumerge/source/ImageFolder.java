package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder that image names are relative to. On a host's own file system a symbolic link in it is
 * followed only to what lies below a folder that was given: whoever packed the images must not
 * choose which other files of the host are read. Hadoop's other file systems have no such links.
 *
 * @param path the folder itself; empty where no image is a file of its own
 * @param sources the folders that were given, of which it is one or below one
 */
public record ImageFolder(String path, List<String> sources) implements Serializable {

  /** For images that are no files of their own. */
  public static final ImageFolder NONE = new ImageFolder("", List.of());

  private static final long serialVersionUID = 1L;

  public ImageFolder {
    sources = List.copyOf(sources);
  }

  /**
   * The file of an image, its links resolved; nothing where there is none.
   *
   * @throws DataException where a link leads out of the folders that were given
   */
  Optional<Path> file(String name, Configuration hadoop) throws IOException {
    Path file = new Path(path + "/" + name);
    FileSystem fs = file.getFileSystem(hadoop);
    if (!fs.getUri().getScheme().equals("file")) {
      return Optional.of(file);
    }
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
            "image '%s' in %s is reached over a symbolic link to %s, outside the folders given; where that is meant, give the folder it lies in as one more %s",
            name, path, real, Setting.SOURCE));
  }

  private static java.nio.file.Path real(Path path) throws IOException {
    return new File(path.toUri().getPath()).toPath().toRealPath();
  }
}
