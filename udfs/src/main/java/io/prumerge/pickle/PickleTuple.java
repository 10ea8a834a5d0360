package io.prumerge.pickle;

import java.util.List;

/** A tuple. Compared by identity: what it holds may be nested as deep as the pickle is long. */
final class PickleTuple {
  private final List<Object> items;

  PickleTuple(List<Object> items) {
    this.items = List.copyOf(items);
  }

  List<Object> items() {
    return items;
  }
}
