package io.prumerge.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes folders that exist whole or not at all. */
public final class WholeFolder {

  private static final String NUMBER = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private WholeFolder() {}

  /**
   * Writes a folder under a temporary name next to it, then renames it. Then deletes what writers
   * of the same folder left that were killed; one that is still at work fails.
   *
   * @throws FileAlreadyExistsException if the folder exists
   */
  public static void write(FileSystem fs, Path folder, FolderWriter writer) throws IOException {
    Path partial =
        Folders.beside(folder, WholeFile.partialName(folder.getName()) + UUID.randomUUID());
    boolean shown = false;
    try {
      writer.write(partial);
      shown = !fs.exists(folder) && PlainFiles.of(fs).rename(partial, folder);
      if (!shown) {
        throw new FileAlreadyExistsException(
            "Cannot write to " + folder + ", which exists already");
      }
    } finally {
      if (!shown) {
        fs.delete(partial, true);
      }
    }
    Pattern left = Pattern.compile(Pattern.quote(WholeFile.partialName(folder.getName())) + NUMBER);
    for (FileStatus other :
        Arrays.stream(fs.listStatus(folder.getParent()))
            .filter(status -> left.matcher(status.getPath().getName()).matches())
            .toList()) {
      fs.delete(other.getPath(), true);
    }
  }
}
