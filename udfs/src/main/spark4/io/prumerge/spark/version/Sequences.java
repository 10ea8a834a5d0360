package io.prumerge.spark.version;

import java.util.List;
import scala.jdk.javaapi.CollectionConverters;

/** Converts between Scala's sequences and Java's lists. */
public final class Sequences {

  private Sequences() {}

  /** Returns the sequence as a list, not copied. */
  public static <T> List<T> list(scala.collection.Seq<T> sequence) {
    return CollectionConverters.asJava(sequence);
  }

  /** Returns a sequence of the list's elements. */
  public static <T> scala.collection.immutable.Seq<T> sequence(List<T> list) {
    return CollectionConverters.asScala(list).toList();
  }
}
