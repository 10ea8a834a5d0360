package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches weights in another precision than their checkpoint's. They are converted once per host, so
 * that all processes map the same file. A file's name holds the hash of the original weights and
 * the precision: {@code CACHE/weights/SHA256-bf16.safetensors}. A file is written under a lock and
 * a temporary name, and renamed when complete, so a crash never leaves a partial file under the
 * final name. A file that fails its checks is written again.
 */
public final class WeightCache {

  private static final Logger LOG = LoggerFactory.getLogger(WeightCache.class);
  private static final String SOURCE = "source_sha256";

  private final Path folder;
  private final WeightDigests digests;

  /**
   * @param cache this host's cache folder
   */
  public WeightCache(Path cache) {
    this.folder = cache.resolve("weights");
    this.digests = new WeightDigests(folder.resolve("digests"));
  }

  /**
   * The checkpoint's {@link Checkpoint#digest()}; its weights are read only if this host has not
   * read them before.
   */
  public String digest(Checkpoint checkpoint) {
    try {
      return digests.of(checkpoint);
    } catch (IOException e) {
      LOG.warn("Cannot remember hashes in {}, reading the weights: {}", folder, reason(e));
      return checkpoint.digest();
    }
  }

  /**
   * The checkpoint with all weights in one type. Tensors stored in that type stay where they are;
   * the others are in the cache. If the cache cannot be written, logs one warning and returns the
   * checkpoint as it is.
   *
   * @param type F32, F16 or BF16
   */
  public Checkpoint converted(Checkpoint checkpoint, TensorType type) {
    List<TensorEntry> others =
        checkpoint.tensors().values().stream()
            .filter(tensor -> tensor.type() != type)
            .sorted(Comparator.comparing(TensorEntry::file).thenComparingLong(TensorEntry::offset))
            .toList();
    if (others.isEmpty()) {
      return checkpoint;
    }
    try {
      SortedMap<String, TensorEntry> tensors = new TreeMap<>(checkpoint.tensors());
      for (TensorEntry tensor : kept(checkpoint, others, type)) {
        tensors.put(tensor.name(), tensor);
      }
      return checkpoint.withTensors(tensors);
    } catch (IOException e) {
      LOG.warn(
          "Cannot keep the weights of {} as {} in {}: {}. Every process converts them in memory",
          checkpoint.folder(),
          type,
          folder,
          reason(e));
      return checkpoint;
    }
  }

  private List<TensorEntry> kept(Checkpoint checkpoint, List<TensorEntry> tensors, TensorType type)
      throws IOException {
    String state = WeightDigests.state(checkpoint.weightFiles());
    String digest = digests.of(checkpoint);
    String name = digest + "-" + type.name().toLowerCase(Locale.ROOT) + ".safetensors";
    Path file = folder.resolve(name);
    SafetensorsLayout layout = SafetensorsLayout.of(file, tensors, type, Map.of(SOURCE, digest));
    Files.createDirectories(folder);
    HostLock.holding(
        folder.resolve(name + ".lock"),
        () -> {
          if (!whole(file, layout)) {
            Path partial = folder.resolve(name + ".part");
            try {
              convert(tensors, layout, partial);
              if (!state.equals(WeightDigests.state(checkpoint.weightFiles()))) {
                throw new IOException("they changed while they were read");
              }
              Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
              Files.deleteIfExists(partial);
            }
          }
        });
    return layout.header().tensors();
  }

  private static boolean whole(Path file, SafetensorsLayout layout) {
    try {
      return Files.exists(file) && SafetensorsHeader.read(file).equals(layout.header());
    } catch (CheckpointException e) {
      LOG.info("Writing {} again: {}", file, e.getMessage());
      return false;
    }
  }

  private void convert(List<TensorEntry> tensors, SafetensorsLayout layout, Path partial)
      throws IOException {
    Files.deleteIfExists(partial); // left by an attempt that died
    long free = Files.getFileStore(folder).getUsableSpace();
    if (layout.bytes() > free) {
      throw new IOException(
          String.format(
              Locale.ROOT, "they take %,d MB and %,d are free", layout.bytes() >> 20, free >> 20));
    }
    try (WeightConverter converter = new WeightConverter()) {
      converter.write(partial, layout, tensors);
    }
  }

  /** The message of some file system exceptions is only the path, and the class is the reason. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException ? e.toString() : e.getMessage();
  }
}
