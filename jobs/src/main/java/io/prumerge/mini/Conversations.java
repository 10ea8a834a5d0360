package io.prumerge.mini;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A file of training data in LLaVA's form: an array with one record per line and question. */
final class Conversations implements AutoCloseable {

  private final JsonArrayWriter records;

  Conversations(Path file) throws IOException {
    records = JsonArrayWriter.array(file);
  }

  /**
   * Adds a question about a picture.
   *
   * @param image the picture's path below the folder
   */
  void seen(String id, String image, String kind, String prompt, String answer) throws IOException {
    add(JsonFields.of("id", id).and("image", image), kind, "<image>\n" + prompt, answer);
  }

  /** Adds a question without a picture. */
  void unseen(String id, String kind, String prompt, String answer) throws IOException {
    add(JsonFields.of("id", id), kind, prompt, answer);
  }

  private void add(JsonFields fields, String kind, String human, String gpt) throws IOException {
    records.add(
        fields
            .and("kind", kind)
            .and(
                "conversations",
                List.of(
                    JsonFields.of("from", "human").and("value", human).map(),
                    JsonFields.of("from", "gpt").and("value", gpt).map()))
            .map());
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
