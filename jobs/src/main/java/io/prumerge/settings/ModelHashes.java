package io.prumerge.settings;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint's files were.
 *
 * @param configSha256 hash of the settings: model, generation and image processor
 * @param tokenizerSha256 hash of the tokenizer's files
 * @param weightsSha256 hash of the weight files' bytes
 * @param clips hash of each CLIP folder that methods name, by its name
 */
public record ModelHashes(
    String configSha256,
    String tokenizerSha256,
    String weightsSha256,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> clips)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  public ModelHashes {
    clips = Collections.unmodifiableSortedMap(new TreeMap<>(clips));
  }
}
