package io.prumerge.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What questions ask for by a key, from rows of a file {@link LeftOutRows#beside beside} theirs:
 * says of each row what becomes of it. Of rows that are no such it says nothing.
 *
 * @param <K> what questions have
 * @param <V> what they ask for
 */
public final class SideRows<K, V> {

  private record Held<T>(T value, Optional<SideRow> row) {}

  private final RowAccount account;
  private final Map<K, Held<V>> byKey = new LinkedHashMap<>();

  /** Creates one for rows of the files that {@code leftOut} keeps account of. */
  public SideRows(LeftOutRows leftOut) {
    account = leftOut.account();
  }

  /** Keeps what the row that is being read has for {@code key}, in place of an earlier row. */
  public void put(K key, V value) {
    Held<V> before = byKey.put(key, held(value));
    if (before != null) {
      before.row().ifPresent(SideRow::isRepeated);
    }
  }

  /**
   * Keeps what the row that is being read has for {@code key}, unless an earlier row has it.
   *
   * @return what the earlier row has; null if there is none
   */
  public V putIfAbsent(K key, V value) {
    Held<V> before = byKey.get(key);
    if (before == null) {
      byKey.put(key, held(value));
      return null;
    }
    account.sideRow().ifPresent(SideRow::isRepeated);
    return before.value();
  }

  /** Says of the row that is being read that a question asks for it. */
  public void passUsed() {
    account.sideRow().ifPresent(SideRow::isUsed);
  }

  /** Says of the row that is being read that no question will ask for it. */
  public void passUnasked() {
    account.sideRow().ifPresent(SideRow::isUnasked);
  }

  private Held<V> held(V value) {
    passUnasked();
    return new Held<>(value, account.sideRow());
  }

  /** Returns what a question asks for; null if no row has it. */
  public V get(Object key) {
    Held<V> held = byKey.get(key);
    if (held == null) {
      return null;
    }
    held.row().ifPresent(SideRow::isUsed);
    return held.value();
  }

  /**
   * Returns what the only question with this key asks for, and forgets it; null if no row has it.
   */
  public V take(Object key) {
    V value = get(key);
    byKey.remove(key);
    return value;
  }

  /** Returns the keys, in the order of their rows. */
  public Set<K> keys() {
    return Collections.unmodifiableSet(byKey.keySet());
  }
}
