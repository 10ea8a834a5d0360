package io.prumerge.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store in memory with its own clock. Several drivers see it, each through {@link #seenBy}, which
 * is told of every step before it happens and may stop the driver there.
 */
public final class MemoryStore {

  /** How stores differ. */
  public enum Kind {
    /** A disk: a rename is atomic and replaces a file. */
    DISK,
    /** HDFS: a rename is atomic, refuses to replace a file, and moves into a folder. */
    HDFS,
    /** An object store: a rename copies objects one by one, then deletes them; it replaces. */
    OBJECTS
  }

  /** Is told of a driver's next step. */
  public interface Steps {
    void next() throws IOException;
  }

  /** A file, or a folder if there are no bytes. */
  private record Entry(byte[] bytes, long written) {}

  /**
   * Has no stack, which takes longer to make than all else: drivers mostly look for what is not.
   */
  private static final class Absent extends FileNotFoundException {
    private static final long serialVersionUID = 1;

    Absent(Path file) {
      super(file.toString());
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private static final URI NAME = URI.create("memory:///");
  private static final Path ROOT = new Path("memory:///");
  private static final Configuration HADOOP = new Configuration(false);

  private final Kind kind;
  private final Consumer<String> changed;
  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /** Each entry's full path, which takes longer to make than the entry to find. */
  private final Map<String, Path> qualified = new HashMap<>();

  private long now = 1;

  /**
   * Creates an empty store.
   *
   * @param changed is told after every change of what was changed, the full path
   */
  public MemoryStore(Kind kind, Consumer<String> changed) {
    this.kind = kind;
    this.changed = changed;
  }

  /**
   * Creates a store that holds what another one does.
   *
   * @param changed as of a store of its own
   */
  public MemoryStore(MemoryStore other, Consumer<String> changed) {
    this(other.kind, changed);
    entries.putAll(other.entries);
    now = other.now;
  }

  /** Lets time pass. */
  public void pass(long milliseconds) {
    now += milliseconds;
  }

  /** Returns the files below a folder as readers see them, by their full paths. */
  public SortedMap<String, String> files(Path folder) {
    SortedMap<String, String> files = new TreeMap<>();
    below(key(folder))
        .forEach(
            (path, entry) -> {
              if (entry.bytes() != null) {
                files.put(path, new String(entry.bytes(), StandardCharsets.UTF_8));
              }
            });
    return files;
  }

  public boolean holds(Path file) {
    return entries.containsKey(key(file));
  }

  /** Writes a file of none of the drivers, without a word to anybody. */
  void write(Path file, String text) {
    entries.put(key(file), new Entry(text.getBytes(StandardCharsets.UTF_8), now));
    for (Path parent = file.getParent(); parent != null; parent = parent.getParent()) {
      entries.putIfAbsent(key(parent), new Entry(null, now));
    }
  }

  private static String key(Path path) {
    return path.toUri().getPath();
  }

  private SortedMap<String, Entry> below(String folder) {
    return entries.subMap(folder + "/", folder + "0"); // '0' follows '/'
  }

  private void put(String path, byte[] bytes) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      entries.putIfAbsent(path.substring(0, end), new Entry(null, now));
    }
    entries.putIfAbsent("/", new Entry(null, now));
    entries.put(path, new Entry(bytes, now));
  }

  /** A rename that is no copy is one change. */
  private void changedByCopy(String path) {
    if (kind == Kind.OBJECTS) {
      changed.accept(path);
    }
  }

  private void remove(String path) {
    below(path).clear();
    entries.remove(path);
  }

  /** Returns this store as one driver sees it. */
  public FileSystem seenBy(Steps steps) {
    FileSystem files = new View(steps);
    files.setConf(HADOOP);
    return files;
  }

  private final class View extends FileSystem {

    private final Steps steps;

    View(Steps steps) {
      this.steps = steps;
    }

    @Override
    public URI getUri() {
      return NAME;
    }

    @Override
    public FSDataInputStream open(Path file, int buffer) throws IOException {
      steps.next();
      return new FSDataInputStream(new Bytes(entry(file).bytes()));
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      steps.next();
      String path = key(file);
      if (!overwrite && entries.containsKey(path)) {
        throw new FileAlreadyExistsException(path);
      }
      if (kind != Kind.OBJECTS) {
        put(path, new byte[0]);
        changed.accept(path);
      }
      return new FSDataOutputStream(
          new ByteArrayOutputStream() {
            private boolean closed;

            @Override
            public void close() throws IOException {
              if (!closed) {
                closed = true;
                steps.next();
                put(path, toByteArray());
                changed.accept(path);
              }
            }
          },
          null);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      steps.next();
      String source = key(from);
      entry(from);
      String target = key(to);
      if (entries.containsKey(target) && entries.get(target).bytes() == null) {
        target = target + "/" + from.getName(); // all of Hadoop's stores move into a folder
      }
      if (kind == Kind.HDFS && entries.containsKey(target)) {
        return false;
      }
      SortedMap<String, Entry> moved = new TreeMap<>(below(source));
      moved.put(source, entries.get(source));
      for (String path : moved.keySet()) {
        if (kind == Kind.OBJECTS) {
          steps.next();
        }
        Entry entry = entries.get(path);
        if (entry != null) {
          String place = target + path.substring(source.length());
          if (entry.bytes() != null) {
            put(place, entry.bytes());
            changedByCopy(place);
          } else {
            entries.putIfAbsent(place, entry);
          }
        }
      }
      if (kind == Kind.OBJECTS) {
        steps.next();
      }
      remove(source);
      changed.accept(source);
      changed.accept(target);
      return true;
    }

    @Override
    public boolean delete(Path file, boolean recursive) throws IOException {
      steps.next();
      boolean there = entries.containsKey(key(file));
      if (!recursive && !below(key(file)).isEmpty()) {
        throw new PathIsNotEmptyDirectoryException(key(file));
      }
      if (kind != Kind.HDFS) {
        for (String path : new ArrayList<>(below(key(file)).keySet())) {
          steps.next();
          remove(path);
          changed.accept(path);
        }
      }
      remove(key(file));
      changed.accept(key(file));
      return there;
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
      steps.next();
      String path = key(folder);
      if (entry(folder).bytes() != null) {
        return new FileStatus[] {status(path)};
      }
      List<FileStatus> children = new ArrayList<>();
      for (String child : below(path).keySet()) {
        if (child.indexOf('/', path.length() + 1) < 0) {
          children.add(status(child));
        }
      }
      return children.toArray(FileStatus[]::new);
    }

    @Override
    public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
      steps.next();
      for (Path made = folder; made != null; made = made.getParent()) {
        entries.putIfAbsent(key(made), new Entry(null, now));
      }
      return true;
    }

    @Override
    public FileStatus getFileStatus(Path file) throws IOException {
      steps.next();
      entry(file);
      return status(key(file));
    }

    private Entry entry(Path file) throws FileNotFoundException {
      Entry entry = entries.get(key(file));
      if (entry == null) {
        throw new Absent(file);
      }
      return entry;
    }

    private FileStatus status(String path) {
      Entry entry = entries.get(path);
      boolean folder = entry.bytes() == null;
      return new FileStatus(
          folder ? 0 : entry.bytes().length,
          folder,
          1,
          1,
          entry.written(),
          qualified.computeIfAbsent(path, one -> makeQualified(new Path(one))));
    }

    @Override
    public FSDataOutputStream append(Path file, int buffer, Progressable progress) {
      throw new UnsupportedOperationException("append");
    }

    @Override
    public void setWorkingDirectory(Path folder) {
      throw new UnsupportedOperationException("setWorkingDirectory");
    }

    @Override
    public Path getWorkingDirectory() {
      return ROOT;
    }
  }

  /** Bytes as a file. */
  private static final class Bytes extends FSInputStream {

    private final byte[] bytes;
    private ByteArrayInputStream left;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
      left = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return left.read();
    }

    @Override
    public int read(byte[] target, int from, int count) {
      return left.read(target, from, count);
    }

    @Override
    public void seek(long position) throws IOException {
      if (position > bytes.length) {
        throw new EOFException();
      }
      left = new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) position, bytes.length));
    }

    @Override
    public long getPos() {
      return bytes.length - left.available();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }
  }
}
