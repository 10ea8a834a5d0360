package io.prumerge.bench;

import java.util.List;

/**
 * Two ways that the engine has to do the same, between which a system property chooses when a model
 * is loaded.
 *
 * @param name in the results
 * @param off the property's value for the one
 * @param on its value for the other
 */
record Switch(String name, String property, String off, String on) {

  /** Those that the section {@code pairs} compares. */
  static final List<Switch> ALL = List.of();
}
