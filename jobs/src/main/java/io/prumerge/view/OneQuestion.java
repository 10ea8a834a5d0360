package io.prumerge.view;

import java.io.IOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One question with all answers to it.
 *
 * @param prompt as it was sent
 * @param truth null without a reference
 * @param image name of the picture or video; null without one
 * @param imageSha256 of the first run that saw it; null if none did
 * @param answers in the order of the methods
 */
record OneQuestion(
    QuestionKey key,
    String prompt,
    String category,
    String truth,
    String image,
    String imageSha256,
    List<MethodAnswer> answers) {

  OneQuestion {
    answers = List.copyOf(answers);
  }

  /** Reads a question; empty if the runs have none of this key. */
  static Optional<OneQuestion> of(AnswerDatabase database, AskedMethods methods, QuestionKey key)
      throws IOException {
    record Scored(Double score, String parsed, String gold) {}
    Map<Integer, Scored> scored = new HashMap<>();
    database.rows(
        chosen("SELECT * FROM scores", key),
        row ->
            scored.put(
                number(methods, row),
                new Scored(
                    row.getObject("score", Double.class),
                    row.getString("parsed"),
                    row.getString("gold"))));
    Scored none = new Scored(null, null, null);
    String truth =
        scored.values().stream()
            .map(Scored::gold)
            .filter(gold -> gold != null)
            .findFirst()
            .orElse(null);
    List<OneQuestion> rows =
        database.rows(
            chosen("SELECT * FROM predictions", key),
            row -> {
              Scored score = scored.getOrDefault(number(methods, row), none);
              return new OneQuestion(
                  key,
                  row.getString("prompt"),
                  row.getString("category"),
                  truth,
                  row.getString("image_id"),
                  row.getString("image_sha256"),
                  List.of(
                      new MethodAnswer(
                          number(methods, row),
                          row.getString("method_sized"),
                          new GradedAnswer(
                              row.getString("answer"),
                              score.parsed(),
                              score.score(),
                              row.getString("error"),
                              row.getString("finish_reason")),
                          tokens(row),
                          times(row),
                          row.getString("image_sha256"),
                          kept(row))));
            });
    List<MethodAnswer> answers = new ArrayList<>();
    rows.forEach(row -> answers.addAll(row.answers()));
    answers.sort(Comparator.comparingInt(MethodAnswer::method));
    String seen =
        rows.stream()
            .map(OneQuestion::imageSha256)
            .filter(hash -> hash != null)
            .findFirst()
            .orElse(null);
    return rows.stream().findFirst().map(row -> row.with(seen, answers));
  }

  private OneQuestion with(String seen, List<MethodAnswer> all) {
    return new OneQuestion(key, prompt, category, truth, image, seen, all);
  }

  private static Query chosen(String rows, QuestionKey key) {
    return new Query()
        .add(rows)
        .add("WHERE benchmark = ? AND split = ?", key.benchmark(), key.split())
        .add("AND question_id = ?", key.id());
  }

  private static int number(AskedMethods methods, ResultSet row) throws SQLException {
    return methods.number(row.getString("run_id"), row.getString("method"));
  }

  private static TokenCounts tokens(ResultSet row) throws SQLException {
    return new TokenCounts(
        row.getObject("visual_tokens_before", Integer.class),
        row.getObject("visual_tokens_after", Integer.class),
        known(row, "visual_tokens_layer_mean"),
        row.getObject("prompt_tokens", Integer.class),
        row.getObject("generated_tokens", Integer.class));
  }

  private static AnswerTimes times(ResultSet row) throws SQLException {
    return new AnswerTimes(
        row.getObject("ms_preprocess", Double.class),
        row.getObject("ms_vision", Double.class),
        row.getObject("ms_reduction", Double.class),
        row.getObject("ms_prefill", Double.class),
        row.getObject("ms_decode", Double.class),
        known(row, "ms_request"));
  }

  /** Returns a number of a column that files of earlier versions lack. */
  private static Double known(ResultSet row, String column) throws SQLException {
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      if (row.getMetaData().getColumnName(i).equals(column)) {
        return row.getObject(i, Double.class);
      }
    }
    return null;
  }

  private static Optional<List<Integer>> kept(ResultSet row) throws SQLException {
    Array kept = row.getArray("kept_indices");
    if (kept == null) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream((Object[]) kept.getArray()).map(patch -> (Integer) patch).toList());
  }
}
