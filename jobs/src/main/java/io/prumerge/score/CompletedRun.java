package io.prumerge.score;

import java.util.List;

/**
 * A run that answer files became.
 *
 * @param page path of its report's page
 * @param notes what is to be said of the answers
 */
public record CompletedRun(String page, List<String> notes) {

  public CompletedRun {
    notes = List.copyOf(notes);
  }
}
