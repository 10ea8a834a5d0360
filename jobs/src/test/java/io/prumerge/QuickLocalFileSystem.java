package io.prumerge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local disk. Hadoop's own, without a native library, starts a process {@code chmod} for every
 * file and folder, which are more than a hundred in a run.
 */
public final class QuickLocalFileSystem extends LocalFileSystem {

  public QuickLocalFileSystem() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {

    @Override
    public void setPermission(Path file, FsPermission permission) throws IOException {
      String letters =
          permission.getUserAction().SYMBOL
              + permission.getGroupAction().SYMBOL
              + permission.getOtherAction().SYMBOL;
      Files.setPosixFilePermissions(
          pathToFile(file).toPath(), PosixFilePermissions.fromString(letters));
    }
  }
}
