package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.ClipConfig;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.location.CauseText;
import io.prumerge.location.HubName;
import io.prumerge.text.TokenizerFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The text tower and the projections in the folder of a CLIP model, opened and checked; no weight
 * is read yet. Its vision tower is not looked at. Safe for use by several threads.
 */
public final class ClipCheckpoint implements StoredWeights {

  private static final String CONFIG = "config.json";
  private static final Pattern WANTED =
      Pattern.compile(
          "text_model\\.(?!embeddings\\.position_ids).*|text_projection\\..*"
              + "|visual_projection\\..*|vision_model\\.post_layernorm\\..*");

  private final Path folder;
  private final ClipConfig config;
  private final List<Path> files;
  private final SortedMap<String, TensorEntry> tensors;
  private final ModelFiles read;
  private String digest = "";

  private ClipCheckpoint(
      Path folder,
      ClipConfig config,
      List<Path> files,
      SortedMap<String, TensorEntry> tensors,
      ModelFiles read) {
    this.folder = folder;
    this.config = config;
    this.files = files;
    this.tensors = tensors;
    this.read = read;
  }

  /**
   * Reads and checks everything but the weights themselves.
   *
   * @throws CheckpointException naming what is missing or does not fit
   */
  public static ClipCheckpoint open(Path folder) {
    try {
      ClipConfig config = config(folder);
      WeightFiles files = WeightFiles.find(folder);
      Map<String, TensorEntry> wanted = new TreeMap<>(files.tensors());
      wanted.keySet().removeIf(name -> !WANTED.matcher(name).matches());
      return new ClipCheckpoint(
          folder,
          config,
          files.files(),
          TensorCheck.check(List.of(config.weights()), wanted, Map.of()),
          ModelFiles.of(all(folder, files.files())));
    } catch (CheckpointException e) {
      throw cannotOpen(folder, e);
    } catch (IOException e) {
      throw cannotOpen(folder, new CheckpointException("a file cannot be read: " + e, e));
    }
  }

  /** Returns settings and tokenizer, then the weight files. */
  private static List<Path> all(Path folder, List<Path> weights) {
    List<Path> all = new ArrayList<>();
    all.add(folder.resolve(CONFIG));
    TokenizerFiles.in(folder).stream().map(folder::resolve).forEach(all::add);
    all.addAll(weights);
    return all;
  }

  /**
   * Refuses to go on with files that were changed since the model was opened.
   *
   * @throws CheckpointException naming a file, and what it was and is
   */
  public void requireSame() {
    read.requireSame(folder.toString(), all(folder, files));
  }

  /** Returns whether no file was changed since the model was opened. */
  public boolean isSame() {
    try {
      requireSame();
      return true;
    } catch (CheckpointException e) {
      return false;
    }
  }

  /**
   * Returns the configuration alone, if the model fits a checkpoint.
   *
   * @throws CheckpointException if it does not
   */
  public static ClipConfig configuration(Path folder, LlavaConfig model) {
    try {
      ClipConfig config = config(folder);
      config.requireFit(model);
      return config;
    } catch (CheckpointException e) {
      throw cannotOpen(folder, e);
    }
  }

  private static ClipConfig config(Path folder) {
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new CheckpointException(
          "there is no such folder, or it has no config.json" + HubName.ofModel(folder));
    }
    return ClipConfig.read(JsonFile.read(folder.resolve(CONFIG)));
  }

  private static CheckpointException cannotOpen(Path folder, CheckpointException e) {
    return new CheckpointException(
        "Cannot use the CLIP model " + folder + ": " + e.getMessage(), e);
  }

  public Path folder() {
    return folder;
  }

  public ClipConfig config() {
    return config;
  }

  @Override
  public TensorEntry tensor(String canonicalName) {
    TensorEntry entry = tensors.get(canonicalName);
    if (entry == null) {
      throw new CheckpointException(
          "CLIP model " + folder + " has no tensor '" + canonicalName + "'");
    }
    return entry;
  }

  /**
   * Returns the SHA-256, as hexadecimal digits, of all that the embeddings of texts and patches
   * depend on: the names and contents of settings and tokenizer, then the contents of the weight
   * files in the order of their names. The first call reads them all.
   */
  public synchronized String digest() {
    if (digest.isEmpty()) {
      digest = hash();
    }
    return digest;
  }

  private String hash() {
    try {
      MessageDigest sha256 = Sha256.ofMuch();
      for (Path file : all(folder, files)) {
        if (!files.contains(file)) {
          sha256.update((file.getFileName() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot hash the CLIP model " + folder + ": " + CauseText.of(e), e);
    }
  }
}
