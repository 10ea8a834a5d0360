package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Settings;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The id of the token that stands for an image's patches in Shikra's vocabulary. */
final class ImagePatchToken {

  private static final String TOKEN = "<im_patch>";

  private ImagePatchToken() {}

  /**
   * Reads the id from the tokens that were added to Llama's.
   *
   * @throws CheckpointException if the folder does not say it
   */
  static int id(Path folder) {
    Path file = folder.resolve(TokenizerFiles.ADDED);
    Optional<Settings> added =
        Files.isRegularFile(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
    return added
        .map(tokens -> tokens.integer(TOKEN))
        .orElseThrow(
            () ->
                new CheckpointException(
                    "it has no "
                        + TokenizerFiles.ADDED
                        + ", which says the id of Shikra's token "
                        + TOKEN))
        .orElseThrow(() -> added.get().error(TOKEN, "is missing; it stands for an image"));
  }
}
