package io.prumerge.reduction;

import io.prumerge.script.ScriptFile;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a user's script is asked about one image.
 *
 * @param sees evidence by the names under which the script gets it
 * @param numbers the method's numbers by key
 */
public record ScriptCall(
    ScriptFile file, SortedMap<String, TowerEvidence> sees, SortedMap<String, Double> numbers) {

  public ScriptCall {
    sees = Collections.unmodifiableSortedMap(new TreeMap<>(sees));
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** Returns the exception for a call that failed. */
  public ReductionException failure(String why) {
    return new ReductionException("script " + file.name() + ": " + why);
  }
}
