package io.prumerge.benchmark.file;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a file's questions are asked.
 *
 * @param prompts wordings by name, the default one first
 * @param maxNewTokens empty = the checkpoint's
 * @param turned whether pictures are turned as their EXIF data say
 */
record Asking(Map<String, QuestionWording> prompts, OptionalInt maxNewTokens, boolean turned) {

  Asking {
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
  }
}
