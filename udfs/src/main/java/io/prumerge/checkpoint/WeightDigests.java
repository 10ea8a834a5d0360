package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Remembers the hashes of weight files read on this host, as long as the files keep their paths,
 * sizes and modification times.
 */
final class WeightDigests {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;

  /**
   * @param folder for the hashes, created if it is missing
   */
  WeightDigests(Path folder) {
    this.folder = folder;
  }

  /** The checkpoint's {@link Checkpoint#digest()}; reads the weights only if they are unknown. */
  String of(Checkpoint checkpoint) throws IOException {
    String state = state(checkpoint.weightFiles());
    Path memory = folder.resolve(state);
    if (Files.isRegularFile(memory)) {
      String digest = Files.readString(memory).strip();
      if (DIGEST.matcher(digest).matches()) {
        return digest;
      }
    }
    String digest = checkpoint.digest();
    if (state.equals(state(checkpoint.weightFiles()))) { // or they changed while they were read
      remember(memory, digest);
    }
    return digest;
  }

  private void remember(Path memory, String digest) throws IOException {
    Files.createDirectories(folder);
    Path partial = folder.resolve(UUID.randomUUID() + ".part");
    Files.writeString(partial, digest + "\n");
    Files.move(partial, memory, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A fingerprint of the files' state, taken without reading them, as hexadecimal digits. */
  static String state(List<Path> files) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    for (Path file : files) {
      String state =
          String.format(
              Locale.ROOT,
              "%s %d %s\n",
              file.toRealPath(),
              Files.size(file),
              Files.getLastModifiedTime(file));
      sha256.update(state.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
