package io.prumerge.store;

import java.util.Map;
import scala.collection.immutable.HashMap;

/** Converts Java's maps for Spark's rows. */
public final class ScalaMaps {

  private ScalaMaps() {}

  /** Copies a map. Spark's encoder takes Scala maps only, and this kind can be serialised. */
  public static HashMap<String, String> of(Map<String, String> map) {
    HashMap<String, String> scala = new HashMap<>();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }
}
