package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.lang.Text;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides the result of a training, as {@code settings.json} has it.
 *
 * @param model the model's folders
 * @param devices that take each step together
 */
record TrainingRecord(
    Recipe recipe,
    String model,
    @JsonUnwrapped BaseModelHashes hashes,
    @JsonUnwrapped TrainingSource source,
    @JsonUnwrapped TrainingArithmetic arithmetic,
    int devices) {

  /** Returns a text with what differs of what both sides say; empty if equal. */
  String differences(TrainingRecord now) {
    Map<String, Object> before = Json.fields(this);
    List<String> differences = new ArrayList<>();
    Json.fields(now)
        .forEach(
            (name, is) -> {
              Object was = before.get(name);
              if (!"".equals(was) && !was.equals(is)) {
                differences.add(Text.format("%s was %s, is now %s", name, was, is));
              }
            });
    return String.join("; ", differences);
  }
}
