package io.prumerge.view;

import io.prumerge.report.page.Grade;
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
 * @param image null without one
 * @param imageSha256 null if it was missing
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

  /**
   * A method's answer.
   *
   * @param method number of the method
   * @param tokens of the picture and the text
   * @param kept patches that the method keeps, numbered as in the table; empty if it drops none
   */
  record MethodAnswer(
      int method,
      String sized,
      Said said,
      Tokens tokens,
      Times times,
      Optional<List<Integer>> kept) {}

  /**
   * @param answer null for an error
   * @param parsed what the benchmark's profile reads in it
   * @param score null without a reference
   */
  record Said(String answer, String parsed, Double score, String error, String finish) {
    Grade grade() {
      return Grade.of(score, error);
    }
  }

  /** Numbers of tokens, null where they are unknown. */
  record Tokens(
      Integer before, Integer after, Double perLayer, Integer prompt, Integer generated) {}

  /**
   * Milliseconds, null where they are unknown.
   *
   * @param request of a model behind an endpoint
   */
  record Times(
      Double preprocess,
      Double vision,
      Double reduction,
      Double prefill,
      Double decode,
      Double request) {

    /** Returns all of them together. */
    Double total() {
      List<Double> known =
          Arrays.asList(preprocess, vision, reduction, prefill, decode, request).stream()
              .filter(time -> time != null)
              .toList();
      return known.isEmpty() ? null : known.stream().mapToDouble(Double::doubleValue).sum();
    }
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
                          new Said(
                              row.getString("answer"),
                              score.parsed(),
                              score.score(),
                              row.getString("error"),
                              row.getString("finish_reason")),
                          tokens(row),
                          times(row),
                          kept(row))));
            });
    List<MethodAnswer> answers = new ArrayList<>();
    rows.forEach(row -> answers.addAll(row.answers()));
    answers.sort(Comparator.comparingInt(MethodAnswer::method));
    return rows.stream().findFirst().map(row -> row.with(answers));
  }

  private OneQuestion with(List<MethodAnswer> all) {
    return new OneQuestion(key, prompt, category, truth, image, imageSha256, all);
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

  private static Tokens tokens(ResultSet row) throws SQLException {
    return new Tokens(
        row.getObject("visual_tokens_before", Integer.class),
        row.getObject("visual_tokens_after", Integer.class),
        known(row, "visual_tokens_layer_mean"),
        row.getObject("prompt_tokens", Integer.class),
        row.getObject("generated_tokens", Integer.class));
  }

  private static Times times(ResultSet row) throws SQLException {
    return new Times(
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
