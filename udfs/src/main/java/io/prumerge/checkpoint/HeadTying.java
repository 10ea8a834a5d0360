package io.prumerge.checkpoint;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;

/**
 * Decides whether the head is the embedding. transformers 4 follows text_config's flag alone;
 * transformers 5 follows the tensors and either flag. A checkpoint that both read alike is read
 * that way; one that they read differently is refused.
 */
final class HeadTying {
  private static final int CHUNK_BYTES = 1 << 20;

  private HeadTying() {}

  /** Whether either flag says that the head is the embedding. */
  static boolean stated(Settings config) {
    return DecoderReader.tied(DecoderReader.settings(config))
        || config.flag(DecoderReader.TIED, false);
  }

  /**
   * Whether the head is the embedding.
   *
   * @param embeddingName the embedding's canonical name
   * @param tensors by canonical name
   */
  static boolean resolve(Settings config, String embeddingName, Map<String, TensorEntry> tensors) {
    boolean textFlag = DecoderReader.tied(DecoderReader.settings(config));
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
              + "' differs from the embedding: transformers 4 would use the embedding, 5 the head;"
              + " remove the tensor or set the flag to false");
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
              + "' should be equal, and are stored with strides, which are not compared; save them"
              + " contiguous");
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
