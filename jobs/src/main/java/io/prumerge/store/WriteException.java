package io.prumerge.store;

import io.prumerge.console.Problems;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Something could not be written; says what and why. */
public final class WriteException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What the system says of a disk, without a path. */
  private static final Pattern NO_ROOM =
      Pattern.compile(
          "^(No space left on device|Disk quota exceeded|Read-only file system|Input/output error"
              + "|File too large|Permission denied|There is not enough space on the disk)$");

  /** What Hadoop says where it cannot make a folder; not why. */
  private static final String NO_FOLDER = "Mkdirs failed to create ";

  private WriteException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns an error that names the file or folder: the same one if it does already.
   *
   * @param place what was written
   * @param problem Java's, or Hadoop's of a local disk
   */
  public static IOException of(Path place, Throwable problem) {
    String reason = String.valueOf(problem.getMessage());
    if (reason.startsWith(NO_FOLDER)) {
      return new WriteException(
          Text.format("Cannot write %s: %s", place, noFolder(place)), problem);
    }
    if (problem instanceof IOException named && reason.contains(place.getName())) {
      return named;
    }
    Throwable cause =
        problem instanceof FSError && problem.getCause() != null ? problem.getCause() : problem;
    return new WriteException(
        Text.format(
            "Cannot write %s: %s",
            place, String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        problem);
  }

  private static String noFolder(Path place) {
    String scheme = place.toUri().getScheme();
    if (scheme != null && !scheme.equals("file")) {
      return "its folder cannot be made";
    }
    java.nio.file.Path above = java.nio.file.Path.of(place.toUri().getPath()).toAbsolutePath();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    String why =
        !Files.isDirectory(above)
            ? ", which is a file"
            : Files.isWritable(above)
                ? ""
                : Text.format(", where the user %s may not write", System.getProperty("user.name"));
    return Text.format("no folder can be made in %s%s; name another place", above, why);
  }

  /**
   * Writes a folder by Spark's jobs. Their errors of a full disk name no file.
   *
   * @throws UncheckedIOException with this exception in place of such an error
   */
  public static void naming(String folder, Runnable write) {
    try {
      write.run();
    } catch (Exception | FSError e) { // Scala does not declare what it throws
      Throwable root = root(e);
      if (root instanceof IOException
          && !Problems.isOfLocalFolders(root)
          && NO_ROOM.matcher(String.valueOf(root.getMessage())).find()) {
        throw new UncheckedIOException(of(new Path(folder), root));
      }
      throw e;
    }
  }

  private static Throwable root(Throwable problem) {
    return problem.getCause() == null ? problem : root(problem.getCause());
  }

  /** Names a file of this host that could not be written. */
  public static IOException of(java.nio.file.Path place, IOException problem) {
    return of(new Path(place.toString()), problem);
  }
}
