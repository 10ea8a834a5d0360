package io.prumerge.score.log;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a tool has written beside a file of answers.
 *
 * @param model that answered
 * @param values settings of the run, by the tool's names
 * @param filters names of the filters whose rows follow each other in the file; at most one if each
 *     question has one row
 * @param notes what has to be said of answers that were made so
 */
record LogSettings(
    Optional<String> model, Map<String, String> values, List<String> filters, List<String> notes) {

  LogSettings {
    model = model.filter(name -> !name.isBlank());
    values = new TreeMap<>(values);
    filters = List.copyOf(filters);
    notes = List.copyOf(notes);
  }

  /** Nothing but the model is known. */
  static LogSettings of(Optional<String> model) {
    return new LogSettings(model, Map.of(), List.of(), List.of());
  }
}
