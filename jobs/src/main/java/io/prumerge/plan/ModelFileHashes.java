package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.text.InstructionTokenizer;
import io.prumerge.text.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Hashes of the files, beside the weights, that a model's answers depend on. */
public final class ModelFileHashes {

  private static final List<String> SETTINGS =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json");

  private ModelFileHashes() {}

  /** Returns the SHA-256 of a checkpoint's settings. */
  public static String settings(ModelFolders folders) throws IOException {
    return hash(folders, folder -> SETTINGS);
  }

  /** Returns the SHA-256 of a checkpoint's tokenizer. */
  public static String tokenizer(ModelFolders folders) throws IOException {
    return hash(folders, ModelFileHashes::tokenizer);
  }

  private static List<String> tokenizer(Path folder) {
    String instruction = InstructionTokenizer.FOLDER;
    return Stream.concat(
            TokenizerFiles.in(folder).stream(),
            TokenizerFiles.in(folder.resolve(instruction)).stream()
                .map(name -> instruction + "/" + name))
        .toList();
  }

  /**
   * Returns the SHA-256 over the names and contents of the existing files, folder by folder; of an
   * original checkpoint also the CLIP folder's, wherever it was found.
   */
  private static String hash(ModelFolders folders, Function<Path, List<String>> names)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    Set<Path> all = new LinkedHashSet<>(folders.all());
    all.add(Checkpoint.imageFolder(folders));
    for (Path folder : all) {
      for (String name : names.apply(folder)) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
