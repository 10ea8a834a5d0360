package io.prumerge.plan;

import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.config.ClipConfig;
import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.spark.ModelCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The CLIP folders that methods name.
 *
 * @param models copies on this host
 */
record ClipFolders(ModelCache models) {

  /**
   * Returns the settings of each CLIP folder by its name.
   *
   * @param model the model that they must fit
   * @throws io.prumerge.config.CheckpointException if there is none, or its settings do not fit
   */
  Map<String, ClipConfig> configurations(List<MethodSpec> methods, LlavaConfig model)
      throws IOException {
    Map<String, ClipConfig> clips = new HashMap<>();
    for (String name : names(methods)) {
      clips.put(name, ClipCheckpoint.configuration(models.folder(name), model));
    }
    return clips;
  }

  private static Set<String> names(List<MethodSpec> methods) {
    return methods.stream()
        .flatMap(method -> TokenReducers.of(method).clips().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the hash of each CLIP folder by its name. Reads each once in full. */
  SortedMap<String, String> digests(List<MethodSpec> methods) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (String name : names(methods)) {
      hashes.put(name, ClipCheckpoint.open(models.folder(name)).digest());
    }
    return hashes;
  }
}
