package io.prumerge.cluster;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under another scheme, on which an executor dies like one that is killed: with half
 * of its file of the scores written. The next one that writes it lives.
 */
public final class DyingFileSystem extends RawLocalFileSystem {

  private static final URI NAME = URI.create("dying:///");

  /** Setting: the file that a process makes before it dies, so that the next one does not. */
  private static final String MARK = "fs.dying.mark";

  private static final int KILLED = 137;

  /** Returns Spark's settings for it, with a jar of this class for executors and driver. */
  static Map<String, String> settings(java.nio.file.Path folder) throws IOException {
    java.nio.file.Path jar = folder.resolve("dying.jar");
    String name = DyingFileSystem.class.getName().replace('.', '/');
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream classes = new JarOutputStream(out)) {
      for (String type : new String[] {name + ".class", name + "$Half.class"}) {
        classes.putNextEntry(new JarEntry(type));
        try (InputStream in = DyingFileSystem.class.getClassLoader().getResourceAsStream(type)) {
          in.transferTo(classes);
        }
      }
    }
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
    return path.contains("/_tables/") && path.matches(".*/scores/_temporary/.*[.]parquet")
        ? new FSDataOutputStream(
            new Half(out, java.nio.file.Path.of(getConf().get(MARK))),
            new FileSystem.Statistics(NAME.getScheme()))
        : out;
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
