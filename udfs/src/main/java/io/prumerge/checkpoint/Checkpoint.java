package io.prumerge.checkpoint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.family.Families;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * A LLaVA model's folders, opened and checked; no weight is read yet. Whatever the layout of the
 * folders, settings and names are those of Hugging Face's. Safe for use by several threads.
 */
public final class Checkpoint implements StoredWeights {

  /** The file in an adapter's folder that says how {@code finetune} trained it. */
  public static final String TRAINING = "training.json";

  private static final String QUANTIZATION = "quantization_config";

  private final ModelFolders folders;
  private final Layout layout;
  private final LlavaConfig config;
  private final GenerationDefaults generation;
  private final Weights weights;
  private final List<Path> paths;
  private final ModelFiles read;
  private ModelFiles hashed = ModelFiles.ANY; // until they are
  private String digest = "";
  private FileHashing hashing; // null where none was begun

  private Checkpoint(
      ModelFolders folders,
      Layout layout,
      LlavaConfig config,
      GenerationDefaults generation,
      Weights weights,
      List<Path> paths,
      ModelFiles read) {
    this.folders = folders;
    this.layout = layout;
    this.config = config;
    this.generation = generation;
    this.weights = weights;
    this.paths = paths;
    this.read = read;
  }

  /** Reads and checks everything but the weights themselves, of a model in one folder. */
  public static Checkpoint open(Path folder) {
    return open(ModelFolders.of(folder));
  }

  /** Reads and checks everything but the weights themselves. */
  public static Checkpoint open(ModelFolders folders) {
    try {
      return read(folders);
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
  }

  /**
   * Reads the configuration alone; without adapter and CLIP model, config.json is enough. Whether
   * the head is the embedding is taken from its flags.
   */
  public static LlavaConfig configuration(ModelFolders folders) {
    try {
      Layout layout = Layout.of(folders);
      Settings settings = layout.config();
      return read(layout, folders).withTied(HeadTying.stated(settings));
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
  }

  /** Reads the configuration of a model in one folder. */
  public static LlavaConfig configuration(Path folder) {
    return configuration(ModelFolders.of(folder));
  }

  /** Returns the error of a checkpoint of which a file, or a value in it, cannot be used. */
  public static CheckpointException cannotOpen(ModelFolders folders, RuntimeException e) {
    return new CheckpointException("Cannot open checkpoint " + folders + ": " + e.getMessage(), e);
  }

  private static Checkpoint read(ModelFolders folders) {
    Layout layout = Layout.of(folders);
    LlavaConfig untied = read(layout, folders);
    GenerationDefaults generation = layout.family().generation(folders.base(), layout.config());
    Weights weights = Weights.find(folders, layout);
    String embedding = untied.decoder().embedding();
    boolean tied = HeadTying.resolve(layout.config(), embedding, weights.tensors());
    LlavaConfig config = untied.withTied(tied);
    List<Path> paths = paths(folders, weights);
    try {
      ModelFiles read = ModelFiles.of(paths);
      return new Checkpoint(
          folders, layout, config, generation, checked(weights, config, layout), paths, read);
    } catch (IOException e) {
      throw new CheckpointException("a file cannot be read: " + e, e);
    }
  }

  private static List<Path> paths(ModelFolders folders, Weights weights) {
    Set<Path> paths = new LinkedHashSet<>(weights.files());
    SideFile.settings(folders).forEach(side -> paths.add(side.path()));
    SideFile.ofVideos(folders).forEach(side -> paths.add(side.path()));
    SideFile.tokenizer(folders).forEach(side -> paths.add(side.path()));
    return List.copyOf(paths);
  }

  /**
   * Returns this checkpoint with pictures and videos seen as a user says.
   *
   * @param seen returns the configuration with a user's settings
   * @throws CheckpointException as {@code seen} throws it, with the folders
   */
  public Checkpoint seeing(UnaryOperator<LlavaConfig> seen) {
    try {
      return new Checkpoint(folders, layout, seen.apply(config), generation, weights, paths, read);
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
  }

  // The image processor's file has the bounds of pictures that keep their own size, and how many
  // tiles stretched ones get.
  private static LlavaConfig read(Layout layout, ModelFolders folders) {
    LlavaConfig config = Families.config(layout.config());
    try {
      return layout.family().pictures(config, layout.config(), folders.base());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  // The settings alone do not tell: those of an adapter that was trained on such a base state them
  // too.
  private static Weights checked(Weights weights, LlavaConfig config, Layout layout) {
    try {
      return weights.checked(config);
    } catch (CheckpointException e) {
      if (!layout.config().states(QUANTIZATION)) {
        throw e;
      }
      throw new CheckpointException(
          e.getMessage()
              + "; config.json states "
              + QUANTIZATION
              + ", and packed weights are not read: save the model in fp16 or bf16",
          e);
    }
  }

  /** Returns the folders it was read from. */
  public ModelFolders folders() {
    return folders;
  }

  public LlavaConfig config() {
    return config;
  }

  /** Returns a config.json in the Hugging Face layout. */
  public String configJson() {
    return layout.config().json().toPrettyString();
  }

  public GenerationDefaults generation() {
    return generation;
  }

  /** Returns the folder that has the tokenizer's files. */
  public Path tokenizerFolder() {
    return folders.having("tokenizer.json", "tokenizer.model").orElse(folders.base());
  }

  /**
   * Returns the folder that has the image processor's files: for the original layout the CLIP
   * model's.
   */
  public Path imageFolder() {
    return layout.tower().orElse(folders.base());
  }

  /** Returns how a model is shown images by its files, without a look at the weights. */
  public static ImageAspect imageAspect(ModelFolders folders) {
    try {
      Layout layout = Layout.of(folders);
      Path images = layout.tower().orElse(folders.base());
      return layout.family().imageAspect(read(layout, folders), layout.config(), images);
    } catch (CheckpointException | IllegalArgumentException | UncheckedIOException e) {
      throw cannotOpen(folders, e);
    }
  }

  /** Returns the folder of the preprocessor's configuration without a look at the weights. */
  public static Path imageFolder(ModelFolders folders) {
    try {
      return Layout.of(folders).tower().orElse(folders.base());
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
  }

  /**
   * Returns the name of the conversation template that a model's answers were trained in: that of
   * its adapter's training by {@code finetune}, or else its family's; empty where none is known.
   */
  public static Optional<String> template(ModelFolders folders) {
    try {
      Optional<String> trained = folders.adapter().flatMap(Adapter::template);
      if (trained.isPresent()) {
        return trained;
      }
      Layout layout = Layout.of(folders);
      return layout.family().template(layout.config(), folders.base());
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
  }

  /**
   * Returns whether the tokenizer has to be given the image's token, because the layout has none.
   */
  public boolean addsImageToken() {
    return layout.vocabulary().isPresent();
  }

  /**
   * Returns every stored tensor by its canonical name; the head is absent if it is the embedding.
   */
  public SortedMap<String, TensorEntry> tensors() {
    return weights.tensors();
  }

  /** Returns the type that most of the weights are stored in. */
  public TensorType weightType() {
    Map<TensorType, Long> elements =
        tensors().values().stream()
            .collect(groupingBy(TensorEntry::type, summingLong(TensorEntry::elements)));
    return Collections.max(elements.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  @Override
  public TensorEntry tensor(String canonicalName) {
    TensorEntry entry = tensors().get(canonicalName);
    if (entry == null) {
      throw new CheckpointException(
          "Checkpoint " + folders + " has no tensor '" + canonicalName + "'");
    }
    return entry;
  }

  @Override
  public WeightEdit edit(String canonicalName) {
    return weights.edits().getOrDefault(canonicalName, WeightEdit.NONE);
  }

  /** Returns the name under which transformers 4 writes the tensor of this canonical name. */
  public String published(String canonicalName) {
    return layout.family().names(layout.config()).published(canonicalName);
  }

  /** Returns the number of elements of the weight of this canonical name, edits included. */
  public long elements(String canonicalName) {
    return shape(canonicalName).stream().reduce(1L, Math::multiplyExact);
  }

  /** Returns the shape of the weight of this canonical name, edits included. */
  public List<Long> shape(String canonicalName) {
    List<Long> shape = new ArrayList<>(tensor(canonicalName).shape());
    long added = edit(canonicalName).addedRows();
    if (added > 0) {
      shape.set(0, shape.get(0) + added);
    }
    return shape;
  }

  /** Returns the size of all weight files together, in bytes. */
  public long bytes() {
    long bytes = 0;
    for (Path file : weights.files()) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw new CheckpointException(
            "Cannot read the size of " + file + ": " + CauseText.of(e), e);
      }
    }
    return bytes;
  }

  /**
   * Returns the SHA-256, as hexadecimal digits, of the weight file's content; of several files,
   * that of their hashes, a line each, in the order of their names; then the CLIP model's, and the
   * adapter's files, settings included. The first call reads them all.
   */
  public String digest() {
    return digest(read -> {});
  }

  /**
   * Returns {@link #digest()}.
   *
   * @param progress gets the number of bytes of each read, of {@link #bytes} in all
   */
  public synchronized String digest(LongConsumer progress) {
    if (digest.isEmpty()) {
      beginDigest();
      try {
        List<String> hashes = new ArrayList<>(hashing.each(progress));
        digest = FileHashes.together(hashes);
        for (Path side : paths.subList(hashes.size(), paths.size())) {
          hashes.add(FileHashes.of(side));
        }
        hashed = read.with(hashes);
      } catch (IOException e) {
        throw new CheckpointException(
            "Cannot hash the weights of " + folders + ": " + CauseText.of(e), e);
      } finally {
        hashing = null;
      }
    }
    return digest;
  }

  /**
   * Returns the files that answers depend on, with their hashes, as {@link #digest} has read them.
   *
   * @throws CheckpointException if one was changed since
   */
  public ModelFiles hashed() {
    digest();
    hashed.requireSame(folders.toString(), paths);
    return hashed;
  }

  /**
   * Refuses to go on with files that were changed since the checkpoint was opened, or are not those
   * that it should have.
   *
   * @param files that it should have
   * @throws CheckpointException naming a file, and what it was and is
   */
  public void requireSame(ModelFiles files) {
    (files.equals(ModelFiles.ANY) ? read : files).requireSame(folders.toString(), paths);
  }

  /**
   * Refuses a model that could not be loaded, if its files are not those that it should have.
   *
   * @param files that it should have
   * @throws CheckpointException naming a file, and what it was and is; or if it has no weights
   */
  public static void requireSame(ModelFolders folders, ModelFiles files) {
    if (files.equals(ModelFiles.ANY)) {
      return;
    }
    Weights weights;
    try {
      weights = Weights.find(folders, Layout.of(folders));
    } catch (CheckpointException e) {
      throw cannotOpen(folders, e);
    }
    files.requireSame(folders.toString(), paths(folders, weights));
  }

  /** Begins to read what {@link #digest} needs, in the background. */
  public synchronized void beginDigest() {
    if (digest.isEmpty() && hashing == null) {
      hashing = FileHashes.begin(weights.files());
    }
  }

  /**
   * Decides whether the head is the embedding. transformers 4 follows text_config's flag alone;
   * transformers 5 follows the tensors and either flag. A checkpoint that both read alike is read
   * that way; one that they read differently is refused.
   */
  private static final class HeadTying {
    private static final int CHUNK_BYTES = 1 << 20;

    private HeadTying() {}

    /** Returns whether either flag says that the head is the embedding. */
    static boolean stated(Settings config) {
      return DecoderReader.tied(Families.of(config).decoder(config))
          || config.flag(DecoderReader.TIED, false);
    }

    /**
     * Returns whether the head is the embedding.
     *
     * @param embeddingName the embedding's canonical name
     * @param tensors by canonical name
     */
    static boolean resolve(
        Settings config, String embeddingName, Map<String, TensorEntry> tensors) {
      boolean textFlag = DecoderReader.tied(Families.of(config).decoder(config));
      TensorEntry head = tensors.get(DecoderWeights.HEAD);
      if (head == null) {
        if (stated(config)) {
          return true;
        }
        throw new CheckpointException(
            "tensor '"
                + DecoderWeights.HEAD
                + "' is missing and config.json does not set tie_word_embeddings to true");
      }
      TensorEntry embedding = tensors.get(embeddingName);
      if (textFlag && embedding != null && !sameContents(head, embedding)) {
        throw new CheckpointException(
            "text_config.tie_word_embeddings is true but tensor '"
                + DecoderWeights.HEAD
                + "' differs from the embedding: transformers 4 would use the embedding, 5 the"
                + " head; remove the tensor or set the flag to false");
      }
      return textFlag;
    }

    private static boolean sameContents(TensorEntry one, TensorEntry other) {
      if (one.type() != other.type() || !one.shape().equals(other.shape())) {
        return false;
      }
      if (one.renamed("").equals(other.renamed(""))) {
        return true; // one storage saved under two names
      }
      if (!one.contiguous() || !other.contiguous()) {
        throw new CheckpointException(
            "tensors '"
                + one.name()
                + "' and '"
                + other.name()
                + "' should be equal, and are stored with strides, which are not compared; save"
                + " them contiguous");
      }
      try (FileChannel first = FileChannel.open(one.file());
          FileChannel second = FileChannel.open(other.file())) {
        for (long done = 0; done < one.bytes(); done += CHUNK_BYTES) {
          int length = (int) Math.min(CHUNK_BYTES, one.bytes() - done);
          ByteBuffer left = FileBytes.read(first, one.offset() + done, length);
          if (!left.equals(FileBytes.read(second, other.offset() + done, length))) {
            return false;
          }
        }
        return true;
      } catch (IOException e) {
        throw new CheckpointException(
            "Cannot compare tensors '" + one.name() + "' and '" + other.name() + "': " + e, e);
      }
    }
  }
}
