package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.pickle.PickleException;
import io.prumerge.pickle.SavedTensor;
import io.prumerge.pickle.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The tensors of one file: of torch.save if its name ends in {@code .bin}, else safetensors. */
final class TensorFile {
  private static final String TORCH = ".bin";

  private TensorFile() {}

  static List<TensorEntry> read(Path file) {
    return file.getFileName().toString().endsWith(TORCH)
        ? saved(file)
        : SafetensorsHeader.read(file).tensors();
  }

  private static List<TensorEntry> saved(Path file) {
    try {
      return TorchFile.read(file).stream().map(tensor -> entry(file, tensor)).toList();
    } catch (PickleException e) {
      throw new CheckpointException("Cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + file.getFileName() + ": " + e, e);
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
