package io.prumerge.spark;

import io.prumerge.checkpoint.HubModels;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.CheckpointException;
import io.prumerge.host.HostLock;
import io.prumerge.host.SparkSetting;
import io.prumerge.lang.Text;
import io.prumerge.location.HostEncoding;
import io.prumerge.location.HubCache;
import io.prumerge.text.InstructionTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Brings model folders to this host. A folder on the host's own file system is used in place, and
 * so is that of a name on Hugging Face's hub, which is looked up in this host's cache; a folder
 * that Hadoop reads (HDFS, S3, ...) is copied once per host and kept.
 *
 * <p>Only the folder's own files are copied, and those of a Q-Former's tokenizer below it. A copy's
 * name holds a hash of the source's URL and of its files' names, sizes, times and entity tags, so a
 * changed source gets another copy. It is made under a file lock.
 */
public final class ModelCache {

  /** Setting that names the folder for the copies. */
  public static final String DIRECTORY = SparkSetting.CACHE_DIR.key();

  private final Optional<Path> directory;
  private final Configuration hadoop;
  private final CopyWatcher watcher;
  private final HubCache hub;

  /**
   * @param directory where copies are kept; needed only for models that are elsewhere
   * @param hadoop configuration of the file systems
   */
  public ModelCache(Optional<Path> directory, Configuration hadoop) {
    this(directory, hadoop, (model, bytes, copying) -> copying.make(read -> {}));
  }

  /** Tells a watcher of each copy. */
  public ModelCache(Optional<Path> directory, Configuration hadoop, CopyWatcher watcher) {
    this(directory, hadoop, watcher, HubCache.ofEnvironment());
  }

  /** Looks names up in another cache than this process's. */
  ModelCache(Optional<Path> directory, Configuration hadoop, CopyWatcher watcher, HubCache hub) {
    this.directory = directory;
    this.hadoop = hadoop;
    this.watcher = watcher;
    this.hub = hub;
  }

  /**
   * Returns the model's folders on this host.
   *
   * @param model {@code BASE[+ADAPTER][+CLIP]}; each is a path (of this host, whatever Hadoop's
   *     default file system is), a URL, or a name as {@link HubModels#find} reads it
   * @throws IOException if a folder cannot be read, its files differ from its {@code SHA256SUMS},
   *     or no folder is set or is large enough for the copy
   * @throws CheckpointException if the folders make no model, or this host's cache lacks a name on
   *     the hub: then with the command that downloads it
   */
  public ModelFolders local(String model) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String folder : ModelFolders.split(model)) {
      folders.add(folder(folder));
    }
    return ModelFolders.of(folders);
  }

  /**
   * Returns one folder on this host.
   *
   * @throws IOException as {@link #local}
   * @throws CheckpointException likewise
   */
  public Path folder(String model) throws IOException {
    Optional<Path> named = folderOf(model);
    if (named.isPresent()) {
      return named.get();
    }
    URI uri = new org.apache.hadoop.fs.Path(model).toUri();
    if (uri.getScheme() == null) {
      HostEncoding.require(model);
      return Path.of(model);
    }
    if (uri.getScheme().equals("file")) {
      return Path.of(uri.getPath());
    }
    Path cache =
        directory.orElseThrow(
            () ->
                new IOException(
                    Text.format(
                        "Cannot copy the model %s to this host: set %s to a local folder with room"
                            + " for it",
                        model, DIRECTORY)));
    SourceFolder source = SourceFolder.list(model, uri, FileSystem.get(uri, hadoop));
    Path copy = cache.resolve(source.stateName());
    Files.createDirectories(cache);
    HostLock.holding(
        cache.resolve(copy.getFileName() + ".lock"),
        () -> {
          if (!Files.isDirectory(copy)) {
            deleteLeft(cache, source.name());
            watcher.watch(model, source.bytes(), new FolderCopy(source, copy)::make);
          }
        });
    return copy;
  }

  /** Deletes what was copied of other states of a model's folder, if the copying was killed. */
  private static void deleteLeft(Path cache, String name) throws IOException {
    Pattern part = Pattern.compile("(" + Pattern.quote(name) + "-[0-9a-f]{16})\\.part");
    List<Path> all;
    try (Stream<Path> files = Files.list(cache)) {
      all = files.toList();
    }
    for (Path file : all) {
      Matcher left = part.matcher(file.getFileName().toString());
      if (left.matches()) {
        HostLock.ifFree(cache.resolve(left.group(1) + ".lock"), () -> FolderCopy.delete(file));
      }
    }
  }

  private Optional<Path> folderOf(String model) {
    try {
      return HubModels.find(hub, model);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  /**
   * Copies a model's folder to this host, under a temporary name until it is complete, so that a
   * crash never leaves a partial copy under the final one.
   */
  private static final class FolderCopy {

    /** Hashes of the folder's files, as {@code sha256sum} writes them. */
    static final String SUMS = "SHA256SUMS";

    private final SourceFolder source;
    private final Path copy;

    /**
     * @param copy the final name
     */
    FolderCopy(SourceFolder source, Path copy) {
      this.source = source;
      this.copy = copy;
    }

    /**
     * Makes the copy.
     *
     * @param progress gets the number of bytes of each read
     * @throws IOException if the disk is full, a file cannot be read, is changed meanwhile, or is
     *     not what the folder's {@value #SUMS} says
     */
    void make(LongConsumer progress) throws IOException {
      Path partial = copy.resolveSibling(copy.getFileName() + ".part");
      delete(partial); // left by an attempt that died
      requireSpace();
      Files.createDirectories(partial);
      try {
        Map<String, String> hashes = new TreeMap<>();
        for (SourceFolder.File file : source.files()) {
          Path target = partial.resolve(file.name());
          Files.createDirectories(target.getParent());
          hashes.put(file.name(), copy(file, target, progress));
        }
        verify(partial, hashes);
        source.requireSame();
        Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException e) {
        delete(partial);
        throw e;
      }
    }

    private void requireSpace() throws IOException {
      long free = Files.getFileStore(copy.getParent()).getUsableSpace();
      if (source.bytes() > free) {
        throw new IOException(
            Text.format(
                "Cannot copy the model %s (%,d MB) to %s: %,d MB are free. Make room, or set %s to"
                    + " another folder",
                source.model(),
                source.bytes() >> 20,
                copy.getParent(),
                free >> 20,
                ModelCache.DIRECTORY));
      }
    }

    /** Copies one file and returns the SHA-256 of the bytes read. */
    private String copy(SourceFolder.File file, Path target, LongConsumer progress)
        throws IOException {
      MessageDigest digest = Sha256.ofMuch();
      try (InputStream in =
              new DigestInputStream(source.system().open(file.status().getPath()), digest);
          OutputStream out = Files.newOutputStream(target)) {
        byte[] buffer = new byte[1 << 20];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          progress.accept(read);
        }
      } catch (IOException e) { // a full disk's names no file
        throw new IOException(
            Text.format(
                "Cannot copy %s to %s: %s", file.status().getPath(), target, e.getMessage()),
            e);
      }
      if (Files.size(target) != file.status().getLen()) {
        throw new IOException(
            Text.format(
                "Cannot copy %s: %d bytes arrived of %d",
                file.status().getPath(), Files.size(target), file.status().getLen()));
      }
      // Copies on several hosts are alike: executors compare theirs with the driver's.
      Files.setLastModifiedTime(target, FileTime.fromMillis(file.status().getModificationTime()));
      return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Compares the hashes with the source's {@value #SUMS}; writes that file if the source has
     * none.
     */
    private void verify(Path folder, Map<String, String> hashes) throws IOException {
      Path sums = folder.resolve(SUMS);
      if (!Files.exists(sums)) {
        List<String> lines =
            hashes.entrySet().stream().map(e -> e.getValue() + "  " + e.getKey()).toList();
        Files.write(sums, lines);
        return;
      }
      for (String line : Files.readAllLines(sums)) {
        String[] parts = line.strip().split("\\s+\\*?", 2); // "hash  name" or "hash *name"
        String actual = parts.length == 2 ? hashes.get(parts[1]) : null;
        if (actual != null && !actual.equalsIgnoreCase(parts[0])) {
          throw new IOException(
              Text.format(
                  "Cannot use the model %s: the SHA-256 of %s is %s, its %s says %s",
                  source.model(), parts[1], actual, SUMS, parts[0]));
        }
      }
    }

    private static void delete(Path folder) throws IOException {
      if (!Files.exists(folder)) {
        return;
      }
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /**
   * A model's folder that Hadoop reads: its own files, and those of a Q-Former's tokenizer below
   * it.
   *
   * @param model as it was named
   * @param uri of the folder
   * @param system that has it
   */
  private record SourceFolder(String model, URI uri, FileSystem system, List<File> files) {

    /**
     * A file of a model.
     *
     * @param name below the model's folder
     */
    private record File(String name, FileStatus status) {}

    /**
     * Lists a folder.
     *
     * @throws IOException if there is none, or it has no files
     */
    static SourceFolder list(String model, URI uri, FileSystem system) throws IOException {
      try {
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(uri);
        List<File> files = new ArrayList<>(files(system, folder, ""));
        if (files.isEmpty()) {
          throw new IOException(
              Text.format("Cannot open the model %s: the folder has no files", model));
        }
        org.apache.hadoop.fs.Path words =
            new org.apache.hadoop.fs.Path(folder, InstructionTokenizer.FOLDER);
        if (system.exists(words)) {
          files.addAll(files(system, words, InstructionTokenizer.FOLDER + "/"));
        }
        return new SourceFolder(model, uri, system, List.copyOf(files));
      } catch (FileNotFoundException e) {
        throw new IOException(Text.format("Cannot open the model %s: no such folder", model), e);
      }
    }

    private static List<File> files(
        FileSystem system, org.apache.hadoop.fs.Path folder, String prefix) throws IOException {
      return Arrays.stream(system.listStatus(folder))
          .filter(FileStatus::isFile)
          .map(file -> new File(prefix + file.getPath().getName(), file))
          .sorted(Comparator.comparing(File::name))
          .toList();
    }

    /**
     * Refuses a folder whose files were changed since they were listed.
     *
     * @throws IOException if it cannot be listed either
     */
    void requireSame() throws IOException {
      if (!list(model, uri, system).stateName().equals(stateName())) {
        throw new IOException(
            Text.format(
                "Cannot copy the model %s: its files were changed meanwhile; try again when they"
                    + " are complete",
                model));
      }
    }

    /** Returns the bytes of all files. */
    long bytes() {
      return files.stream().mapToLong(file -> file.status().getLen()).sum();
    }

    /** Returns the folder's own name, for readability, and a hash of its state. */
    String stateName() {
      String state =
          files.stream()
              .map(file -> file.name() + " " + FileState.of(file.status()))
              .collect(Collectors.joining("\n", uri + "\n", "\n"));
      byte[] hash = Sha256.of(state.getBytes(StandardCharsets.UTF_8));
      return name() + "-" + HexFormat.of().formatHex(hash, 0, 8);
    }

    /** Returns the folder's own name. */
    String name() {
      return new org.apache.hadoop.fs.Path(uri).getName();
    }
  }
}
