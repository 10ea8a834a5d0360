package io.prumerge.family;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders that have a model's files next to the weights.
 *
 * @param base that has config.json, or the decoder's
 * @param tokenizer that has the tokenizer's files
 * @param images that has the image processor's files
 * @param addsImageToken whether the tokenizer has to be given the image's token
 */
public record SideFolders(Path base, Path tokenizer, Path images, boolean addsImageToken) {

  /**
   * Returns a file's JSON object; an empty one if there is no such file.
   *
   * @throws io.prumerge.config.CheckpointException if it cannot be read
   */
  static ObjectNode object(Path file) {
    return Files.isRegularFile(file)
        ? JsonFile.read(file).json()
        : JsonNodeFactory.instance.objectNode();
  }
}
