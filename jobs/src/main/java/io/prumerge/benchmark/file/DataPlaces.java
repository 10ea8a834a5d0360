package io.prumerge.benchmark.file;

import io.prumerge.lang.Text;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The files and folders of a benchmark's questions. */
final class DataPlaces {

  private DataPlaces() {}

  /**
   * Returns why some places cannot be one table: a folder beside files is one of pictures, in which
   * no table is looked for.
   *
   * @param data places, of which some may not exist
   */
  static Optional<String> problem(List<Path> data, Folders folders) throws IOException {
    Optional<Path> file = Optional.empty();
    Optional<Path> folder = Optional.empty();
    for (Path place : data) {
      if (folders.fileSystem(place).exists(place)) {
        FileStatus status = folders.fileSystem(place).getFileStatus(place);
        file = file.or(() -> Optional.of(place).filter(one -> status.isFile()));
        folder = folder.or(() -> Optional.of(place).filter(one -> status.isDirectory()));
      }
    }
    return file.isPresent() && folder.isPresent()
        ? Optional.of(
            Text.format(
                "%s is a folder and %s a file, of which only files would be read; name the files in"
                    + " the folder, too, or folders alone",
                folder.get(), file.get()))
        : Optional.empty();
  }
}
