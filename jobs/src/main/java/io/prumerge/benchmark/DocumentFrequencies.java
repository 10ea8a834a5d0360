package io.prumerge.benchmark;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** In how many documents of a set terms are; a question's references are one document. */
public final class DocumentFrequencies implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long documents;
  private final HashMap<String, Long> repeated;

  /**
   * @param documents their number
   * @param repeated the number of documents of each term that is in at least two
   */
  public DocumentFrequencies(long documents, Map<String, Long> repeated) {
    this.documents = documents;
    this.repeated = new HashMap<>(repeated);
  }

  /** Counts terms. */
  public static DocumentFrequencies of(Collection<Set<String>> documents) {
    Map<String, Long> counts = new HashMap<>();
    documents.forEach(terms -> terms.forEach(term -> counts.merge(term, 1L, Long::sum)));
    counts.values().removeIf(count -> count == 1);
    return new DocumentFrequencies(documents.size(), counts);
  }

  /** Returns the number of documents. */
  public long documents() {
    return documents;
  }

  /** Returns the number of documents that have a term; 1 also of a term that none has. */
  public long of(String term) {
    return repeated.getOrDefault(term, 1L);
  }
}
