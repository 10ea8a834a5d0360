package io.prumerge.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.family.Families;
import io.prumerge.family.SideFolders;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.FolderCommit;
import io.prumerge.store.Folders;
import io.prumerge.store.OutputFile;
import io.prumerge.text.InstructionTokenizer;
import io.prumerge.text.TokenizerFiles;
import io.prumerge.torch.Precision;
import io.prumerge.torch.WeightShards;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Converts a model of any layout, adapter included, into one folder in the Hugging Face layout.
 * Everything is written next to the folder, under a lease; it gets its name when it is whole.
 */
public final class ModelConversion {

  /** A template for any model: none is written. */
  private static final String ANY_TEMPLATE = "raw";

  private final Folders folders;
  private final Console console;

  /**
   * @param folders of the model and the output
   */
  public ModelConversion(Folders folders, Console console) {
    this.folders = folders;
    this.console = console;
  }

  /**
   * Converts a model and prints what the new folder holds.
   *
   * @param model {@code BASE[+ADAPTER][+CLIP]}
   * @param precision of all weights; empty: the type that most are stored in
   * @param output a folder that does not exist yet
   */
  public void run(String model, Optional<Precision> precision, String output) throws IOException {
    Path target = folders.qualified(Setting.OUTPUT, output);
    // An instance of its own, for a setting: a model folder has no place for checksum files.
    try (FileSystem files = FileSystem.newInstance(target.toUri(), folders.hadoop());
        UnfinishedFolder place = UnfinishedFolder.beside(target, "converting", files)) {
      files.setWriteChecksum(false);
      place.requireAbsent(output);
      Checkpoint checkpoint = Checkpoint.open(folders.models().local(Folders.fullPath(model)));
      // Refuses what no run could use: a tokenizer or an image processor that does not fit.
      LlavaProcessor.load(checkpoint, ImageAspect.AUTO, ANY_TEMPLATE).close();
      Precision stored = precision.orElseGet(() -> Precision.of(checkpoint.weightType()));
      place.take(LeaseHolder.here("prepare-model"), LeasedWork.FOLDER);
      place.warnOfOlder(console);
      long bytes = convert(checkpoint, stored, files, place);
      console
          .out()
          .printf(
              Locale.ROOT, "%,d MB of weights in %s -> %s%n", bytes >> 20, stored.label(), output);
    }
  }

  private long convert(
      Checkpoint checkpoint, Precision precision, FileSystem files, UnfinishedFolder place)
      throws IOException {
    WeightShards weights = new WeightShards(checkpoint, precision, WeightShards.SHARD_BYTES);
    String source = source(checkpoint, precision);
    FolderCommit commit = place.commit();
    try {
      if (!commit.finish(source)) {
        place.clear(name -> false); // what a driver has left that was killed
        String attempt = UUID.randomUUID().toString();
        try {
          Set<String> written =
              write(checkpoint, precision, weights, files, new Path(place.root(), attempt));
          commit.commit(attempt, source, written);
        } catch (IOException | RuntimeException e) {
          place.abandon(attempt);
          throw e;
        }
      }
      place.clear(name -> false);
      return weights.bytes();
    } finally {
      if (!commit.isDecided()) {
        place.clearIfHeld();
      }
    }
  }

  /** Returns a digest of everything that decides the files. */
  private String source(Checkpoint checkpoint, Precision precision) throws IOException {
    ModelFolders model = checkpoint.folders();
    List<Path> places =
        Stream.of(Optional.of(model.base()), model.adapter(), model.tower())
            .flatMap(Optional::stream)
            .map(folder -> new Path(folder.toUri()))
            .toList();
    List<String> parts = new ArrayList<>(List.of(CodeDigest.ofConversion(), precision.label()));
    parts.add(new SourceFiles(places, folders.hadoop()).states(file -> false).read().sha256());
    return Sha256.hex(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }

  /** Writes all files, and returns their names. */
  private Set<String> write(
      Checkpoint checkpoint,
      Precision precision,
      WeightShards weights,
      FileSystem files,
      Path folder)
      throws IOException {
    Map<String, byte[]> others = SideFiles.of(checkpoint, precision.stored());
    Set<String> written = new TreeSet<>(others.keySet());
    for (Map.Entry<String, byte[]> file : others.entrySet()) {
      try (OutputStream out = OutputFile.create(files, new Path(folder, file.getKey()), false)) {
        out.write(file.getValue());
      }
    }
    try (Phase phase = console.bytes("Writing the weights", weights.bytes())) {
      weights.write(
          name -> {
            written.add(name);
            return OutputFile.create(files, new Path(folder, name), false);
          },
          phase::at);
    }
    return written;
  }

  /**
   * The files other than the weights of a converted model: settings, tokenizer, image processor.
   * They are copied, but for those that the model's family rewrites.
   */
  private static final class SideFiles {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    /** Copied as they are. */
    private static final List<String> COPIED =
        List.of(
            "added_tokens.json",
            "chat_template.jinja",
            "chat_template.json",
            PreprocessorFile.NESTING_FILE,
            InstructionTokenizer.FOLDER + "/special_tokens_map.json",
            InstructionTokenizer.FOLDER + "/vocab.txt",
            "special_tokens_map.json");

    /** Copied, but for what transformers 5 spells otherwise. */
    private static final List<String> TOKENIZER_CONFIGS =
        List.of(TOKENIZER_CONFIG, InstructionTokenizer.FOLDER + "/" + TOKENIZER_CONFIG);

    private static final String WORDS = InstructionTokenizer.FOLDER + "/tokenizer.json";

    private static final Map<TensorType, String> DTYPES =
        Map.of(TensorType.F32, "float32", TensorType.F16, "float16", TensorType.BF16, "bfloat16");

    private final Checkpoint checkpoint;
    private final Map<String, byte[]> files = new TreeMap<>();

    private SideFiles(Checkpoint checkpoint) {
      this.checkpoint = checkpoint;
    }

    /** Returns the files' contents by name. */
    static Map<String, byte[]> of(Checkpoint checkpoint, TensorType type) throws IOException {
      SideFiles side = new SideFiles(checkpoint);
      ObjectNode config = (ObjectNode) JSON.readTree(checkpoint.configJson());
      config.remove("dtype"); // transformers 4.56 and later; all read the older name
      addOlderRope(config.get("text_config"));
      side.put("config.json", config.put("torch_dtype", DTYPES.get(type)));
      java.nio.file.Path base = checkpoint.folders().base();
      side.copy(base, "generation_config.json");
      // Those of a tokenizer that lacks the image's token do not fit the one that gets it.
      if (!checkpoint.addsImageToken()) {
        for (String name : COPIED) {
          side.copy(base, name);
        }
      }
      Map<String, JsonNode> rewritten =
          Families.named(checkpoint.config().family().name())
              .rewritten(folders(checkpoint), checkpoint.config(), config);
      rewritten.forEach(side::put);
      for (String name : TOKENIZER_CONFIGS) {
        if (!rewritten.containsKey(name)) {
          side.tokenizer(base, name);
        }
      }
      if (!rewritten.containsKey(PreprocessorFile.FILE)) {
        side.images(checkpoint.imageFolder());
      }
      side.videos(checkpoint.imageFolder());
      side.vocabulary();
      if (checkpoint.config().connector().readsText()) {
        side.put(WORDS, TokenizerFiles.json(base.resolve(InstructionTokenizer.FOLDER)));
      }
      return side.files;
    }

    private static SideFolders folders(Checkpoint checkpoint) {
      return new SideFolders(
          checkpoint.folders().base(),
          checkpoint.tokenizerFolder(),
          checkpoint.imageFolder(),
          checkpoint.addsImageToken());
    }

    /**
     * transformers 5 writes {@code rope_parameters} alone. Releases before it read {@code
     * rope_theta} and {@code rope_scaling}, and take defaults where they are absent; transformers 5
     * reads both.
     */
    private static void addOlderRope(JsonNode text) {
      if (text instanceof ObjectNode settings
          && settings.get("rope_parameters") instanceof ObjectNode rope) {
        if (rope.hasNonNull("rope_theta") && !settings.hasNonNull("rope_theta")) {
          settings.set("rope_theta", rope.get("rope_theta"));
        }
        boolean plain = rope.path("rope_type").asText("default").equals("default");
        if (!plain || rope.has("mrope_section")) {
          settings.set("rope_scaling", rope.deepCopy());
        }
      }
    }

    /**
     * Copies a tokenizer's settings. Releases before transformers 5 know no class {@code
     * TokenizersBackend}, and take {@code extra_special_tokens} for an object; transformers 5 reads
     * the older names as its own.
     */
    private void tokenizer(java.nio.file.Path folder, String name) throws IOException {
      ObjectNode settings = object(folder.resolve(name));
      boolean newClass = settings.path("tokenizer_class").asText().equals("TokenizersBackend");
      boolean newTokens = settings.path("extra_special_tokens").isArray();
      if (newClass) {
        settings.put("tokenizer_class", "PreTrainedTokenizerFast");
      }
      if (newTokens) {
        settings.set("additional_special_tokens", settings.remove("extra_special_tokens"));
      }
      if (newClass || newTokens) {
        put(name, settings);
      } else {
        copy(folder, name);
      }
    }

    // The code in folders with ranks, which alone runs what is made of them, knows no other form.
    private void vocabulary() throws IOException {
      java.nio.file.Path folder = checkpoint.tokenizerFolder();
      if (checkpoint.addsImageToken()) {
        int image = checkpoint.config().imageTokenId();
        put("tokenizer.json", TokenizerFiles.withImageToken(folder, image));
        return;
      }
      copy(folder, TokenizerFiles.RANKS);
      if (!files.containsKey(TokenizerFiles.RANKS)) {
        put("tokenizer.json", TokenizerFiles.json(folder, Families.tokenizers()));
      }
    }

    /**
     * Copies the image processor's settings. transformers 5 keeps them in the processor's file,
     * where releases before it do not look.
     */
    private void images(java.nio.file.Path folder) throws IOException {
      copy(folder, PreprocessorFile.FILE);
      if (!files.containsKey(PreprocessorFile.FILE)
          && object(folder.resolve(PreprocessorFile.NESTING_FILE)).get(PreprocessorFile.NESTED_KEY)
              instanceof ObjectNode nested) {
        put(PreprocessorFile.FILE, nested);
      }
    }

    /**
     * Copies the video processor's settings. Where they are in the processor's file, they get a
     * file of their own: the image processor's is read before that one.
     */
    private void videos(java.nio.file.Path folder) throws IOException {
      copy(folder, PreprocessorFile.VIDEO_FILE);
      if (!files.containsKey(PreprocessorFile.VIDEO_FILE)
          && !Files.isRegularFile(folder.resolve(PreprocessorFile.FILE))
          && object(folder.resolve(PreprocessorFile.NESTING_FILE))
                  .get(PreprocessorFile.VIDEO_NESTED_KEY)
              instanceof ObjectNode nested) {
        put(PreprocessorFile.VIDEO_FILE, nested);
      }
    }

    /** Returns a file's object; an empty one if there is no file. */
    private static ObjectNode object(java.nio.file.Path file) throws IOException {
      JsonNode json = Files.isRegularFile(file) ? JSON.readTree(Files.readAllBytes(file)) : null;
      return json instanceof ObjectNode object ? object : JSON.createObjectNode();
    }

    private void copy(java.nio.file.Path folder, String name) throws IOException {
      java.nio.file.Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        files.put(name, Files.readAllBytes(file));
      }
    }

    private void put(String name, JsonNode json) {
      put(name, json.toPrettyString() + "\n");
    }

    private void put(String name, String text) {
      files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
