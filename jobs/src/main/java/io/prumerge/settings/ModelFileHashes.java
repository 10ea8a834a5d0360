package io.prumerge.settings;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.SideFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Hashes of the files, in addition to the weights, that a model's answers depend on. */
public final class ModelFileHashes {

  private ModelFileHashes() {}

  /** Returns the SHA-256 of a checkpoint's settings, without those of its video processor. */
  public static String settings(ModelFolders folders) throws IOException {
    return hash(SideFile.settings(folders));
  }

  /**
   * Returns the SHA-256 of a checkpoint's settings, those of its video processor among them.
   *
   * @param asked the protocol of a run's frames; empty for pictures, for which the video processor
   *     does not count
   */
  public static String settings(ModelFolders folders, String asked) throws IOException {
    return asked.isEmpty()
        ? settings(folders)
        : hash(
            Stream.concat(SideFile.settings(folders).stream(), SideFile.ofVideos(folders).stream())
                .toList());
  }

  /** Returns the SHA-256 of a checkpoint's tokenizer. */
  public static String tokenizer(ModelFolders folders) throws IOException {
    return hash(SideFile.tokenizer(folders));
  }

  /** Returns the SHA-256 over the names and contents of files. */
  private static String hash(List<SideFile> files) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (SideFile file : files) {
      digest.update((file.name() + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file.path()));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
