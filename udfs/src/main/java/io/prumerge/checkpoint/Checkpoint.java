package io.prumerge.checkpoint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import io.prumerge.architecture.LlamaWeights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A LLaVA folder in the Hugging Face layout, opened and checked; no weight is read yet. Safe for
 * use by several threads.
 */
public final class Checkpoint {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final LlavaConfig config;
  private final GenerationDefaults generation;
  private final WeightFiles weights;
  private final SortedMap<String, TensorEntry> tensors;
  private String digest = "";

  private Checkpoint(
      Path folder,
      LlavaConfig config,
      GenerationDefaults generation,
      WeightFiles weights,
      SortedMap<String, TensorEntry> tensors) {
    this.folder = folder;
    this.config = config;
    this.generation = generation;
    this.weights = weights;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /** Reads and checks everything but the weights themselves. */
  public static Checkpoint open(Path folder) {
    try {
      return read(folder);
    } catch (CheckpointException e) {
      throw cannotOpen(folder, e);
    }
  }

  /**
   * Reads the configuration alone; config.json is enough. Whether the head is the embedding is
   * taken from its flags.
   */
  public static LlavaConfig configuration(Path folder) {
    try {
      Settings settings = settings(folder);
      return ConfigReader.read(settings).withTied(HeadTying.stated(settings));
    } catch (CheckpointException e) {
      throw cannotOpen(folder, e);
    }
  }

  private static CheckpointException cannotOpen(Path folder, CheckpointException e) {
    return new CheckpointException("Cannot open checkpoint " + folder + ": " + e.getMessage(), e);
  }

  private static Settings settings(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("there is no such folder");
    }
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException("it has no config.json, so it is no model folder");
    }
    return JsonFile.read(file);
  }

  private static Checkpoint read(Path folder) {
    Settings settings = settings(folder);
    LlavaConfig untied = ConfigReader.read(settings);
    GenerationDefaults generation = GenerationReader.read(folder, settings);
    WeightFiles weights = WeightFiles.find(folder);
    SortedMap<String, TensorEntry> named = byCanonicalName(weights.tensors());
    LlavaConfig config = untied.withTied(HeadTying.resolve(settings, named));
    if (config.tied()) {
      named.remove(LlamaWeights.HEAD);
    }
    return new Checkpoint(
        folder, config, generation, weights, TensorCheck.check(config.parts(), named));
  }

  private static SortedMap<String, TensorEntry> byCanonicalName(Map<String, TensorEntry> spelled) {
    SortedMap<String, TensorEntry> named = new TreeMap<>();
    for (TensorEntry entry : spelled.values()) {
      TensorNames.canonical(entry.name())
          .map(name -> named.put(name, entry))
          .ifPresent(
              other -> {
                throw new CheckpointException(
                    "tensors '" + other.name() + "' and '" + entry.name() + "' are the same one");
              });
    }
    return named;
  }

  public Path folder() {
    return folder;
  }

  public LlavaConfig config() {
    return config;
  }

  public GenerationDefaults generation() {
    return generation;
  }

  /** Every tensor by its canonical name; the head is absent if it is the embedding. */
  public SortedMap<String, TensorEntry> tensors() {
    return tensors;
  }

  /** The type that most of the weights are stored in. */
  public TensorType weightType() {
    Map<TensorType, Long> elements =
        tensors.values().stream()
            .collect(groupingBy(TensorEntry::type, summingLong(TensorEntry::elements)));
    return Collections.max(elements.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** The tensor of this canonical name, which must exist. */
  public TensorEntry tensor(String canonicalName) {
    TensorEntry entry = tensors.get(canonicalName);
    if (entry == null) {
      throw new CheckpointException(
          "Checkpoint " + folder + " has no tensor '" + canonicalName + "'");
    }
    return entry;
  }

  /** The same checkpoint with tensors stored elsewhere. */
  Checkpoint withTensors(SortedMap<String, TensorEntry> elsewhere) {
    return new Checkpoint(folder, config, generation, weights, elsewhere);
  }

  /** The files that hold the weights. */
  List<Path> weightFiles() {
    return weights.files();
  }

  /** Size of all weight files together, in bytes. */
  public long bytes() {
    return weights.bytes();
  }

  /**
   * SHA-256, as hexadecimal digits, of the weight files' contents, concatenated in the order of
   * their names. The first call reads them all.
   */
  public synchronized String digest() {
    if (digest.isEmpty()) {
      digest = hash();
    }
    return digest;
  }

  private String hash() {
    try {
      MessageDigest sha256 = Sha256.digest();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (Path file : weights.files()) {
        try (InputStream in = Files.newInputStream(file)) {
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            sha256.update(buffer, 0, read);
          }
        }
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (IOException e) {
      throw new CheckpointException("Cannot hash the weights of " + folder + ": " + e, e);
    }
  }
}
