package io.prumerge.benchmark;

import java.util.HashMap;
import java.util.Map;

/**
 * Makes repeated ids unique, as in LLaVA's files that name a question by its image: the first keeps
 * the file's id, the n-th becomes {@code id#n}. Answers in the order of their questions get the
 * same ids.
 */
public final class QuestionIds {

  private final Map<String, Integer> given = new HashMap<>();

  /** Returns a new id for the next line with {@code fileId}. */
  public String next(String fileId) {
    String id = fileId;
    while (given.putIfAbsent(id, 1) != null) {
      id = fileId + "#" + given.merge(fileId, 1, Integer::sum);
    }
    return id;
  }
}
