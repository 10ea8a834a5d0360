package io.prumerge.cluster;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under another scheme, on which an executor dies like one that is killed: with half
 * of its file of the scores written. The next one that writes it lives. Or, if that is asked, one
 * stands still for good, with the first file of a chunk begun, and none dies.
 */
public final class DyingFileSystem extends RawLocalFileSystem {

  private static final URI NAME = URI.create("dying:///");

  /** Setting: the file that a process makes before it dies, so that the next one does not. */
  private static final String MARK = "fs.dying.mark";

  /** Setting: the file that a process makes before it stands still, so that no other does. */
  private static final String STILL = "fs.dying.still";

  private static final int KILLED = 137;

  /** Returns Spark's settings for it, with a jar of this class for executors and driver. */
  static Map<String, String> settings(java.nio.file.Path folder) throws IOException {
    java.nio.file.Path jar =
        AppJar.of(folder.resolve("dying.jar"), DyingFileSystem.class, Half.class);
    return Map.of(
        "spark.jars",
        jar.toString(),
        "spark.executor.extraClassPath",
        jar.toString(),
        "spark.hadoop.fs.dying.impl",
        DyingFileSystem.class.getName(),
        "spark.hadoop." + MARK,
        mark(folder).toString());
  }

  /** Returns Spark's settings for one on which a process stands still. */
  static Map<String, String> standing(java.nio.file.Path folder) throws IOException {
    Map<String, String> settings = new HashMap<>(settings(folder));
    Files.createFile(mark(folder));
    settings.put("spark.hadoop." + STILL, folder.resolve("still").toString());
    return settings;
  }

  /** Returns the file that says that a process has died. */
  static java.nio.file.Path mark(java.nio.file.Path folder) {
    return folder.resolve("died");
  }

  /** Returns a local path under this scheme. */
  static java.nio.file.Path of(java.nio.file.Path local) {
    return java.nio.file.Path.of(NAME.getScheme() + ":" + local);
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public String getScheme() {
    return NAME.getScheme();
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return mortal(
        file, super.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return mortal(
        file,
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private FSDataOutputStream mortal(Path file, FSDataOutputStream out) throws IOException {
    String path = file.toUri().getPath();
    String still = getConf().get(STILL);
    if (still != null && path.matches(".*/_chunks/.*[.]parquet")) {
      standIfFirst(java.nio.file.Path.of(still));
    }
    return path.contains("/_tables/") && path.matches(".*/scores/_temporary/.*[.]parquet")
        ? new FSDataOutputStream(
            new Half(out, java.nio.file.Path.of(getConf().get(MARK))),
            new FileSystem.Statistics(NAME.getScheme()))
        : out;
  }

  private static void standIfFirst(java.nio.file.Path still) throws IOException {
    try {
      Files.createFile(still);
      Thread.sleep(Long.MAX_VALUE);
    } catch (FileAlreadyExistsException e) {
      return; // another does
    } catch (InterruptedException e) {
      throw new InterruptedIOException("its task is taken away");
    }
  }

  /** A file of which half of the first write is on the disk when its process dies. */
  private static final class Half extends FilterOutputStream {

    private final java.nio.file.Path mark;

    Half(OutputStream out, java.nio.file.Path mark) {
      super(out);
      this.mark = mark;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        Files.createFile(mark);
      } catch (FileAlreadyExistsException e) {
        out.write(bytes, from, length);
        return;
      }
      out.write(bytes, from, length / 2);
      out.flush();
      Runtime.getRuntime().halt(KILLED); // no hook runs, as after SIGKILL
    }
  }
}
