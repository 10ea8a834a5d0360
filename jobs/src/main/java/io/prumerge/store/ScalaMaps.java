package io.prumerge.store;

import java.util.Map;
import scala.collection.immutable.HashMap;

/** Java's maps as Spark's rows take them. */
public final class ScalaMaps {

  private ScalaMaps() {}

  /** Spark's encoder takes Scala maps only; this one can be serialised. */
  public static HashMap<String, String> of(Map<String, String> map) {
    HashMap<String, String> scala = new HashMap<>();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }
}
