package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weight files of a folder: {@code model.safetensors}, else the shards that {@code
 * model.safetensors.index.json} names.
 *
 * @param files sorted by name
 * @param tensors of all files, by the names the files use
 */
record WeightFiles(List<Path> files, SortedMap<String, TensorEntry> tensors) {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final List<String> TORCH =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  static WeightFiles find(Path folder) {
    Path single = folder.resolve(SINGLE);
    if (Files.isRegularFile(single)) {
      SortedMap<String, TensorEntry> tensors = new TreeMap<>();
      SafetensorsHeader.read(single).tensors().forEach(entry -> tensors.put(entry.name(), entry));
      return new WeightFiles(List.of(single), tensors);
    }
    Path index = folder.resolve(INDEX);
    if (Files.isRegularFile(index)) {
      return sharded(folder, JsonFile.read(index));
    }
    for (String torch : TORCH) {
      if (Files.exists(folder.resolve(torch))) {
        throw new CheckpointException(
            "the weights are in "
                + torch
                + ", which is not read; save the model with safe_serialization=True to get "
                + SINGLE);
      }
    }
    throw new CheckpointException("there is neither " + SINGLE + " nor " + INDEX);
  }

  /** Size of all files together, in bytes. */
  long bytes() {
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw new CheckpointException("Cannot read the size of " + file + ": " + e, e);
      }
    }
    return bytes;
  }

  private static WeightFiles sharded(Path folder, Settings index) {
    Settings map =
        index.object("weight_map").orElseThrow(() -> index.error("weight_map", "is missing"));
    SortedMap<String, String> shards = new TreeMap<>();
    for (String tensor : map.keys()) {
      shards.put(
          tensor, map.text(tensor).orElseThrow(() -> map.error(tensor, "names no shard file")));
    }
    SortedMap<String, TensorEntry> tensors = new TreeMap<>();
    List<String> names = shards.values().stream().distinct().sorted().toList();
    List<Path> files = names.stream().map(name -> shard(folder, name)).toList();
    files.forEach(file -> addAll(file, tensors));
    shards.forEach((tensor, name) -> checkListed(tensor, shard(folder, name), tensors));
    for (TensorEntry entry : tensors.values()) {
      if (!shards.containsKey(entry.name())) {
        throw new CheckpointException(
            INDEX
                + " does not list tensor '"
                + entry.name()
                + "' of "
                + entry.file().getFileName());
      }
    }
    return new WeightFiles(files, tensors);
  }

  /**
   * Symbolic links are followed, because hub caches consist of them. Names that lead out of the
   * folder are refused.
   */
  private static Path shard(Path folder, String name) {
    Path shard;
    try {
      shard = Path.of(name);
    } catch (InvalidPathException e) {
      throw new CheckpointException(INDEX + " names the shard '" + name + "', no file name", e);
    }
    if (name.isEmpty() || shard.isAbsolute() || !shard.equals(shard.getFileName())) {
      throw new CheckpointException(
          INDEX + " names the shard '" + name + "'; shards must lie in the checkpoint's folder");
    }
    Path file = folder.resolve(shard);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(INDEX + " names the shard '" + name + "', which is missing");
    }
    return file;
  }

  private static void addAll(Path file, SortedMap<String, TensorEntry> tensors) {
    for (TensorEntry entry : SafetensorsHeader.read(file).tensors()) {
      TensorEntry other = tensors.put(entry.name(), entry);
      if (other != null) {
        throw new CheckpointException(
            "tensor '"
                + entry.name()
                + "' is both in "
                + other.file().getFileName()
                + " and in "
                + file.getFileName());
      }
    }
  }

  private static void checkListed(
      String tensor, Path file, SortedMap<String, TensorEntry> tensors) {
    TensorEntry entry = tensors.get(tensor);
    if (entry == null || !entry.file().equals(file)) {
      throw new CheckpointException(
          INDEX
              + " says that tensor '"
              + tensor
              + "' is in "
              + file.getFileName()
              + ", but it is "
              + (entry == null ? "in no shard" : "in " + entry.file().getFileName()));
    }
  }
}
