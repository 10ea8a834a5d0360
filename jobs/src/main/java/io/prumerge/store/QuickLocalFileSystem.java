package io.prumerge.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.NativeCodeLoader;

/**
 * The local disk. Hadoop's own, without its native library, starts a process {@code chmod} for
 * every file and folder, which are more than a hundred in a run and eight for a picture that {@code
 * explain} draws.
 */
public final class QuickLocalFileSystem extends LocalFileSystem {

  /** Hadoop creates it by this constructor. */
  public QuickLocalFileSystem() {
    super(new Raw());
  }

  /** Returns whether Hadoop's own would start processes here that this one does without. */
  public static boolean helps() {
    return !NativeCodeLoader.isNativeCodeLoaded()
        && FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static final class Raw extends RawLocalFileSystem {

    @Override
    public void setPermission(Path file, FsPermission permission) throws IOException {
      if (permission.getStickyBit()) { // not among Java's permissions
        super.setPermission(file, permission);
        return;
      }
      String letters =
          permission.getUserAction().SYMBOL
              + permission.getGroupAction().SYMBOL
              + permission.getOtherAction().SYMBOL;
      Files.setPosixFilePermissions(
          pathToFile(file).toPath(), PosixFilePermissions.fromString(letters));
    }
  }
}
