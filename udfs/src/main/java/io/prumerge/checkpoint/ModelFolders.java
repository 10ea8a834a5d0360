package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.location.HubName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders of this host that make up a model, written {@code BASE}, {@code BASE+ADAPTER} or
 * {@code BASE+ADAPTER+CLIP}. Each folder after the base tells by its files whether it is an adapter
 * or a CLIP model; at most one of each.
 *
 * @param base a LLaVA checkpoint, or the language model that the adapter was trained for
 * @param adapter LoRA weights, a connector, or both
 * @param tower the CLIP model of the vision tower, if it is named
 */
public record ModelFolders(Path base, Optional<Path> adapter, Optional<Path> tower) {

  private static final String SEPARATOR = "+";

  /** Returns the model in one folder. */
  public static ModelFolders of(Path base) {
    return new ModelFolders(base, Optional.empty(), Optional.empty());
  }

  /** Returns the model of a text such as {@code BASE+ADAPTER}, of paths on this host. */
  public static ModelFolders parse(String model) {
    return of(split(model).stream().map(Path::of).toList());
  }

  /**
   * Returns the model of a base folder and others.
   *
   * @throws CheckpointException if one of the others is neither an adapter nor a CLIP model
   */
  public static ModelFolders of(List<Path> folders) {
    ModelFolders model = of(folders.get(0));
    for (Path other : folders.subList(1, folders.size())) {
      model = model.with(other);
    }
    return model;
  }

  /**
   * Returns the paths or URLs in a text. A folder of this host may have the separator in its name.
   */
  public static List<String> split(String model) {
    List<String> parts = Arrays.asList(model.split("\\+", -1));
    if (model.contains("://")) {
      return parts;
    }
    List<String> folders = new ArrayList<>();
    for (int from = 0; from < parts.size(); ) {
      int to = parts.size();
      while (to > from + 1 && !isFolder(join(parts.subList(from, to)))) {
        to--;
      }
      folders.add(join(parts.subList(from, to)));
      from = to;
    }
    return folders;
  }

  /** Returns the text of paths or URLs. */
  public static String join(List<String> folders) {
    return String.join(SEPARATOR, folders);
  }

  /** Returns a text with another place for each of its paths or URLs. */
  public static String placed(String model, UnaryOperator<String> place) {
    return join(split(model).stream().map(place).toList());
  }

  private static boolean isFolder(String model) {
    return Files.isDirectory(Path.of(model));
  }

  private ModelFolders with(Path other) {
    if (Adapter.isAdapter(other)) {
      require(adapter, other);
      return new ModelFolders(base, Optional.of(other), tower);
    }
    if (TowerFolder.isTower(other)) {
      require(tower, other);
      return new ModelFolders(base, adapter, Optional.of(other));
    }
    throw new CheckpointException(
        "Cannot add "
            + other
            + " to "
            + base
            + ": it is no adapter, because it has neither adapter_config.json nor"
            + " non_lora_trainables.bin nor mm_projector.bin, and no CLIP model, because it has no"
            + " config.json that says so"
            + HubName.ofModel(other));
  }

  private void require(Optional<Path> taken, Path other) {
    if (taken.isPresent()) {
      throw new CheckpointException(
          "Cannot add both "
              + taken.get()
              + " and "
              + other
              + " to "
              + base
              + "; give one of them");
    }
  }

  /** Returns all folders, the base first. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>(List.of(base));
    adapter.ifPresent(all::add);
    tower.ifPresent(all::add);
    return all;
  }

  /** Returns the first folder, in the order base, adapter, tower, that has one of these files. */
  Optional<Path> having(String... names) {
    return all().stream()
        .filter(folder -> Stream.of(names).map(folder::resolve).anyMatch(Files::isRegularFile))
        .findFirst();
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return all().stream().map(Path::toString).collect(Collectors.joining(SEPARATOR));
  }
}
