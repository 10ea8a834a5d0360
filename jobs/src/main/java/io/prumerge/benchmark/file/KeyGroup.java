package io.prumerge.benchmark.file;

import io.prumerge.benchmark.rule.ValueForm;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that may stand beside each other in benchmark files.
 *
 * @param name of the schema's definition and the page's section
 * @param keys in the order of refusals and pages
 * @param pairs of which only one is given
 */
record KeyGroup(String name, List<Key<?>> keys, List<List<Key<?>>> pairs) {

  static KeyGroup of(String name, Key<?>... keys) {
    return new KeyGroup(name, List.of(keys), List.of());
  }

  /** Returns the same, of which only one of two keys is given. */
  KeyGroup either(Key<?> one, Key<?> other) {
    List<List<Key<?>>> more = new ArrayList<>(pairs);
    more.add(List.of(one, other));
    return new KeyGroup(name, keys, more);
  }

  List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  ValueForm form() {
    return ValueForm.defined(name, "[keys](#" + name + ")");
  }
}
