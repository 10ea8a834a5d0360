package io.prumerge.view;

import io.prumerge.report.page.ViewLink;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * A question's place in a list of questions.
 *
 * @param rank what the list is sorted by before the key; null if it is sorted by the key alone
 */
record QuestionKey(String benchmark, String split, String id, Double rank) {

  private static final String RANK = "at.rank";

  /** Returns the question that a link names, if it names one. */
  static Optional<QuestionKey> of(QueryParameters parameters) {
    return parameters
        .text(ViewLink.ID)
        .map(
            id ->
                new QuestionKey(
                    parameters.text(ViewLink.BENCHMARK).orElse(""),
                    parameters.text(ViewLink.SPLIT).orElse(""),
                    id,
                    parameters.number(RANK).orElse(null)));
  }

  /**
   * Returns the question that a link names.
   *
   * @throws IllegalArgumentException if it names none
   */
  static QuestionKey named(QueryParameters link) {
    return of(link).orElseThrow(() -> new IllegalArgumentException("it names no question"));
  }

  static QuestionKey of(ResultSet row) throws SQLException {
    return new QuestionKey(
        row.getString("benchmark"),
        row.getString("split"),
        row.getString("question_id"),
        row.getObject("rank", Double.class));
  }

  /** Returns the question without its index in an order. */
  QuestionKey unranked() {
    return new QuestionKey(benchmark, split, id, null);
  }

  /** Adds what a link to this question says. */
  void addTo(Map<String, String> link) {
    link.put(ViewLink.BENCHMARK, benchmark);
    link.put(ViewLink.SPLIT, split);
    link.put(ViewLink.ID, id);
    if (rank != null) {
      link.put(RANK, rank.toString());
    }
  }
}
