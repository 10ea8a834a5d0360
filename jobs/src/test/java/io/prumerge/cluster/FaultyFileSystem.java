package io.prumerge.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under another scheme, with injected failures; in this JVM only. */
public final class FaultyFileSystem extends RawLocalFileSystem {

  private static final URI NAME = URI.create("faulty:///");

  /** A failure. */
  public enum Fault {
    /** The disk is full. */
    DISK_FULL,
    /** The store does not answer and does nothing. */
    NO_ANSWER,
    /** The store renames but reports that it did not. */
    LOST_REPLY
  }

  private record Trouble(Fault fault, Pattern path) {}

  private static Optional<Trouble> trouble = Optional.empty();

  /** Registers the scheme {@code faulty:} with Spark and Hadoop. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
  }

  /**
   * Injects a failure that happens once.
   *
   * @param path regular expression that must match a part of the path
   */
  public static synchronized void fail(Fault fault, String path) {
    trouble = Optional.of(new Trouble(fault, Pattern.compile(path)));
  }

  /** Returns whether the injected failure has happened. */
  public static synchronized boolean hasFailed() {
    return trouble.isEmpty();
  }

  private static synchronized boolean fails(Fault fault, Path path) {
    boolean now =
        trouble
            .filter(one -> one.fault() == fault && one.path().matcher(path.toString()).find())
            .isPresent();
    trouble = now ? Optional.empty() : trouble;
    return now;
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
    return limited(
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
    return limited(
        file,
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream limited(Path file, FSDataOutputStream out) throws IOException {
    if (!fails(Fault.DISK_FULL, file)) {
      return out;
    }
    out.close();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    return new FSDataOutputStream(full, new FileSystem.Statistics(NAME.getScheme()));
  }

  /** Without permissions and owners, which the local disk tells of its own paths only. */
  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return Stream.of(super.listStatus(folder))
        .map(
            file ->
                new FileStatus(
                    file.getLen(),
                    file.isDirectory(),
                    file.getReplication(),
                    file.getBlockSize(),
                    file.getModificationTime(),
                    file.getPath()))
        .toArray(FileStatus[]::new);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (fails(Fault.NO_ANSWER, to)) {
      throw new IOException("The store does not answer: rename to " + to);
    }
    boolean lost = fails(Fault.LOST_REPLY, to);
    return super.rename(from, to) && !lost;
  }
}
