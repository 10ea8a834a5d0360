package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The weight files of a folder, in transformers' order: {@code model.safetensors}, else the shards
 * that {@code model.safetensors.index.json} names, else {@code pytorch_model.bin}, else the shards
 * that {@code pytorch_model.bin.index.json} names.
 *
 * @param files sorted by name
 * @param tensors of all files, by the names the files use
 */
record WeightFiles(List<Path> files, SortedMap<String, TensorEntry> tensors) {
  private static final List<String> SINGLE = List.of("model.safetensors", "pytorch_model.bin");
  private static final String INDEX = ".index.json";

  static WeightFiles find(Path folder) {
    for (String name : SINGLE) {
      Path single = folder.resolve(name);
      if (Files.isRegularFile(single)) {
        SortedMap<String, TensorEntry> tensors = new TreeMap<>();
        addAll(single, tensors);
        return new WeightFiles(List.of(single), tensors);
      }
      Path index = folder.resolve(name + INDEX);
      if (Files.isRegularFile(index)) {
        return sharded(folder, JsonFile.read(index));
      }
    }
    throw none(folder);
  }

  /**
   * Checks that the files are there, without opening those of weights.
   *
   * @throws CheckpointException if there is none, or one that an index names is missing
   */
  static void requireAll(Path folder) {
    if (paths(folder).isEmpty()) {
      throw none(folder);
    }
  }

  /**
   * Returns the files that weights are read from, the index included; none if there are none.
   *
   * @throws CheckpointException if one that an index names is missing
   */
  static List<Path> paths(Path folder) {
    for (String name : SINGLE) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return List.of(folder.resolve(name));
      }
      Path index = folder.resolve(name + INDEX);
      if (Files.isRegularFile(index)) {
        Settings read = JsonFile.read(index);
        return Stream.concat(
                Stream.of(index),
                shards(read).values().stream()
                    .distinct()
                    .map(shard -> shard(folder, read.file(), shard)))
            .toList();
      }
    }
    return List.of();
  }

  private static CheckpointException none(Path folder) {
    return new CheckpointException(
        Adapter.isAdapter(folder)
            ? Adapter.ALONE
            : "there is no weight file: neither model.safetensors nor pytorch_model.bin, nor an"
                + " .index.json of one of them");
  }

  /** Returns the file of each tensor that an index names. */
  private static SortedMap<String, String> shards(Settings index) {
    Settings map =
        index.object("weight_map").orElseThrow(() -> index.error("weight_map", "is missing"));
    SortedMap<String, String> shards = new TreeMap<>();
    for (String tensor : map.keys()) {
      shards.put(
          tensor, map.text(tensor).orElseThrow(() -> map.error(tensor, "names no shard file")));
    }
    return shards;
  }

  private static WeightFiles sharded(Path folder, Settings index) {
    SortedMap<String, String> shards = shards(index);
    SortedMap<String, TensorEntry> tensors = new TreeMap<>();
    List<String> names = shards.values().stream().distinct().sorted().toList();
    List<Path> files = names.stream().map(name -> shard(folder, index.file(), name)).toList();
    files.forEach(file -> addAll(file, tensors));
    shards.forEach(
        (tensor, name) ->
            checkListed(tensor, index.file(), shard(folder, index.file(), name), tensors));
    for (TensorEntry entry : tensors.values()) {
      if (!shards.containsKey(entry.name())) {
        throw new CheckpointException(
            index.file()
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
  private static Path shard(Path folder, String index, String name) {
    Path shard;
    try {
      shard = Path.of(name);
    } catch (InvalidPathException e) {
      throw new CheckpointException(index + " names the shard '" + name + "', no file name", e);
    }
    if (name.isEmpty() || shard.isAbsolute() || !shard.equals(shard.getFileName())) {
      throw new CheckpointException(
          index + " names the shard '" + name + "'; shards must lie in the checkpoint's folder");
    }
    Path file = folder.resolve(shard);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(index + " names the shard '" + name + "', which is missing");
    }
    return file;
  }

  private static void addAll(Path file, SortedMap<String, TensorEntry> tensors) {
    for (TensorEntry entry : TensorFile.read(file)) {
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
      String tensor, String index, Path file, SortedMap<String, TensorEntry> tensors) {
    TensorEntry entry = tensors.get(tensor);
    if (entry == null || !entry.file().equals(file)) {
      throw new CheckpointException(
          index
              + " says that tensor '"
              + tensor
              + "' is in "
              + file.getFileName()
              + ", but it is "
              + (entry == null ? "in no shard" : "in " + entry.file().getFileName()));
    }
  }
}
