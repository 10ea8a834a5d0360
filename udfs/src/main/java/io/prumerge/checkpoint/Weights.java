package io.prumerge.checkpoint;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.TiledViews;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.family.TensorNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a model's folders, and how the weights differ from them.
 *
 * @param files that the weights depend on, in the order in which they are hashed
 * @param tensors by canonical name
 * @param edits by canonical name; absent where the weight is the tensor
 */
record Weights(
    List<Path> files, SortedMap<String, TensorEntry> tensors, Map<String, WeightEdit> edits) {

  Weights {
    files = List.copyOf(files);
    tensors = Collections.unmodifiableSortedMap(tensors);
    edits = Map.copyOf(edits);
  }

  static Weights find(ModelFolders folders, Layout layout) {
    WeightFiles base = WeightFiles.find(folders.base());
    List<Path> files = new ArrayList<>(base.files());
    TensorNames names = layout.family().names(layout.config());
    SortedMap<String, TensorEntry> tensors = byCanonicalName(base.tensors(), names);
    splitJoined(tensors, names);
    Map<String, WeightEdit> edits = new TreeMap<>();
    if (layout.tower().isPresent() && !layout.ownTower()) {
      WeightFiles tower = WeightFiles.find(layout.tower().get());
      files.addAll(tower.files());
      tensors.keySet().removeIf(Weights::isTower);
      byCanonicalName(tower.tensors(), names)
          .forEach(
              (name, tensor) -> {
                if (isTower(name)) {
                  tensors.put(name, tensor);
                }
              });
    }
    folders
        .adapter()
        .map(folder -> Adapter.read(folder, names))
        .ifPresent(adapter -> add(adapter, files, tensors, edits));
    layout.vocabulary().ifPresent(rows -> grow(rows, layout, edits));
    return new Weights(files, tensors, edits);
  }

  private static void splitJoined(SortedMap<String, TensorEntry> tensors, TensorNames names) {
    for (String name : List.copyOf(tensors.keySet())) {
      List<String> parts = names.parts(name);
      List<Long> shape = tensors.get(name).shape();
      if (!parts.isEmpty() && !shape.isEmpty() && shape.get(0) % parts.size() == 0) {
        TensorEntry joined = tensors.remove(name);
        for (int part = 0; part < parts.size(); part++) {
          requireOne(joined, tensors.put(parts.get(part), joined.part(part, parts.size())));
        }
      }
    }
  }

  private static void requireOne(TensorEntry entry, TensorEntry other) {
    if (other != null) {
      throw new CheckpointException(
          "tensors '" + other.name() + "' and '" + entry.name() + "' are the same one");
    }
  }

  private static boolean isTower(String canonicalName) {
    return canonicalName.startsWith(ClipWeights.PREFIX);
  }

  private static void add(
      Adapter adapter,
      List<Path> files,
      SortedMap<String, TensorEntry> tensors,
      Map<String, WeightEdit> edits) {
    files.addAll(adapter.files());
    tensors.putAll(adapter.replacements());
    adapter
        .updates()
        .forEach(
            (name, update) -> {
              if (!tensors.containsKey(name)) {
                throw new CheckpointException(
                    "the adapter changes tensor '" + name + "', which the base does not have");
              }
              edits.put(name, WeightEdit.NONE.with(update));
            });
  }

  private static void grow(int rows, Layout layout, Map<String, WeightEdit> edits) {
    Settings text = layout.family().decoder(layout.config());
    long added = text.neededInteger("vocab_size") - rows;
    for (String name : vocabulary(DecoderReader.read(text).weights(false))) {
      edits.merge(
          name, WeightEdit.NONE.withRows(added), (edit, grown) -> edit.withRows(grown.addedRows()));
    }
  }

  // The tensors with a row for each token.
  private static Set<String> vocabulary(DecoderWeights decoder) {
    return Set.of(decoder.embedding(), DecoderWeights.HEAD);
  }

  private static SortedMap<String, TensorEntry> byCanonicalName(
      Map<String, TensorEntry> spelled, TensorNames names) {
    SortedMap<String, TensorEntry> named = new TreeMap<>();
    for (TensorEntry entry : spelled.values()) {
      names
          .canonical(entry.name())
          .map(name -> named.put(name, entry))
          .ifPresent(other -> requireOne(entry, other));
    }
    return named;
  }

  /**
   * Checks that these are the weights which the configuration describes, and returns them.
   *
   * @throws CheckpointException naming a tensor that is missing, unknown, or does not fit
   */
  Weights checked(LlavaConfig config) {
    SortedMap<String, TensorEntry> used = new TreeMap<>(tensors);
    if (config.tied()) {
      for (String name : vocabulary(config.decoder())) {
        if (edits.getOrDefault(name, WeightEdit.NONE).update().isPresent()) {
          throw new CheckpointException(
              "the adapter changes tensor '"
                  + name
                  + "', but the head is the embedding; merge it with peft");
        }
      }
      used.remove(DecoderWeights.HEAD);
    }
    if (config.layout().newline().isEmpty()) {
      used.remove(TiledViews.NEWLINE_ROW); // some checkpoints without the layout have it too
    }
    return new Weights(files, TensorCheck.check(config.parts(), used, edits), edits);
  }
}
