package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.location.CauseText;
import io.prumerge.pickle.PickleException;
import io.prumerge.pickle.SavedTensor;
import io.prumerge.pickle.TorchFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tensors of one file: of torch.save if its name ends in {@code .bin}, else safetensors. */
final class TensorFile {
  private static final String TORCH = ".bin";
  private static final byte[] POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private TensorFile() {}

  static List<TensorEntry> read(Path file) {
    refusePointer(file);
    return file.getFileName().toString().endsWith(TORCH)
        ? saved(file)
        : SafetensorsHeader.read(file).tensors();
  }

  /** Refuses what a clone without Git LFS has in place of a large file. */
  private static void refusePointer(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (Arrays.equals(in.readNBytes(POINTER.length), POINTER)) {
        throw new CheckpointException(
            file.getFileName()
                + " is Git LFS's pointer to the weights, not the weights; run git lfs pull in its"
                + " folder, or download the file itself");
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot read " + file.getFileName() + ": " + CauseText.of(e), e);
    }
  }

  private static List<TensorEntry> saved(Path file) {
    try {
      return TorchFile.read(file).stream().map(tensor -> entry(file, tensor)).toList();
    } catch (PickleException e) {
      throw new CheckpointException("Cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot read " + file.getFileName() + ": " + CauseText.of(e), e);
    }
  }

  private static TensorEntry entry(Path file, SavedTensor tensor) {
    long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
    return new TensorEntry(
        tensor.name(),
        TensorType.valueOf(tensor.type().name()),
        tensor.shape(),
        tensor.strides(),
        file,
        tensor.offset(),
        elements * tensor.type().bytes());
  }
}
