package io.prumerge.view;

import java.util.List;

/**
 * A page of a list.
 *
 * @param rows in the list's order
 * @param before whether there are questions before them
 * @param after whether questions follow them
 */
record QuestionPage(List<QuestionLine> rows, boolean before, boolean after) {
  QuestionPage {
    rows = List.copyOf(rows);
  }
}
