package io.prumerge.spark;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.location.HostEncoding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Brings model folders to this host. A folder on the host's own file system is used in place; a
 * folder that Hadoop reads (HDFS, S3, ...) is copied once per host and kept.
 *
 * <p>Only the folder's own files are copied, and those of a Q-Former's tokenizer below it. A copy's
 * name holds a hash of the source's URL and of its files' names, sizes and times, so a changed
 * source gets another copy. It is made under a file lock.
 */
public final class ModelCache {

  /** Setting that names the folder for the copies. */
  public static final String DIRECTORY = "spark.prumerge.cacheDir";

  /** Makes copies, and may show how they come along. */
  public interface Watcher {

    /** A copy that is to be made. */
    interface Copying {
      /**
       * Makes it.
       *
       * @param progress gets the number of bytes of each read
       */
      void make(LongConsumer progress) throws IOException;
    }

    /**
     * Makes a copy.
     *
     * @param bytes in all
     */
    void watch(String model, long bytes, Copying copying) throws IOException;
  }

  private final Optional<Path> directory;
  private final Configuration hadoop;
  private final Watcher watcher;

  /**
   * @param directory where copies are kept; needed only for models that are elsewhere
   * @param hadoop configuration of the file systems
   */
  public ModelCache(Optional<Path> directory, Configuration hadoop) {
    this(directory, hadoop, (model, bytes, copying) -> copying.make(read -> {}));
  }

  /** Tells a watcher of each copy. */
  public ModelCache(Optional<Path> directory, Configuration hadoop, Watcher watcher) {
    this.directory = directory;
    this.hadoop = hadoop;
    this.watcher = watcher;
  }

  /**
   * The model's folders on this host.
   *
   * @param model {@code BASE[+ADAPTER][+CLIP]}; each is a path (of this host, whatever Hadoop's
   *     default file system is) or a URL
   * @throws IOException if a folder cannot be read, its files differ from its {@code SHA256SUMS},
   *     or no folder is set or has room for the copy
   * @throws io.prumerge.config.CheckpointException if the folders make no model
   */
  public ModelFolders local(String model) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String folder : ModelFolders.split(model)) {
      folders.add(folder(folder));
    }
    return ModelFolders.of(folders);
  }

  /**
   * One folder on this host.
   *
   * @throws IOException as {@link #local}
   */
  public Path folder(String model) throws IOException {
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
                    String.format(
                        Locale.ROOT,
                        "Cannot copy the model %s to this host: set %s to a local folder with room for it",
                        model,
                        DIRECTORY)));
    SourceFolder source = SourceFolder.list(model, uri, FileSystem.get(uri, hadoop));
    Path copy = cache.resolve(source.stateName());
    Files.createDirectories(cache);
    HostLock.holding(
        cache.resolve(copy.getFileName() + ".lock"),
        () -> {
          if (!Files.isDirectory(copy)) {
            watcher.watch(model, source.bytes(), new FolderCopy(source, copy)::make);
          }
        });
    return copy;
  }
}
