package io.prumerge.view;

import io.prumerge.lang.Text;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.page.Grade;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lists of questions, page by page. A page begins after the key of a question, so that the last one
 * takes no longer than the first.
 */
final class QuestionList {

  /** Questions of a page. */
  static final int PAGE = 50;

  /** Characters of a text in a list. */
  private static final int LONGEST = 240;

  /**
   * An id as a number where it is one, else more than any: so ids of digits alone are in the order
   * of their numbers, before all others. The id itself is what tells 7 from 007.
   */
  private static final String NUMBER =
      "CASE WHEN regexp_full_match(%1$s, '[0-9]{1,18}') THEN TRY_CAST(%1$s AS BIGINT)"
          + " ELSE 1000000000000000000 END";

  private static final String NUMBER_OF_ID = Text.format(NUMBER, "question_id");
  private static final String NUMBER_OF_KEY = Text.format(NUMBER, "CAST(? AS VARCHAR)");

  private static final String WITH_KEY = "USING (benchmark, split, question_id)";

  private final AnswerDatabase database;
  private final AskedMethods methods;

  /** Counts of lists whose pages are turned. */
  private final Map<QuestionFilter, Long> counts = new ConcurrentHashMap<>();

  private Choices choices;

  /** What a list may be chosen by: the same for all lists of the runs. */
  record Choices(List<Place> places, List<Errors> errors) {
    Choices {
      places = List.copyOf(places);
      errors = List.copyOf(errors);
    }
  }

  /**
   * Where there are questions.
   *
   * @param category null without one
   */
  private record Place(String benchmark, String split, String category, long questions) {}

  /** A kind of error, and how many answers have it. */
  private record Errors(String kind, long answers) {}

  QuestionList(AnswerDatabase database, AskedMethods methods) {
    this.database = database;
    this.methods = methods;
  }

  /** Returns the number of questions in a list. */
  long count(QuestionFilter filter) throws IOException {
    QuestionFilter unsorted = filter.unsorted();
    Long known = counts.get(unsorted);
    if (known == null) {
      Query query = new Query().add("SELECT count(*) FROM (").add(asked(unsorted)).add(")");
      known = database.rows(query, row -> row.getLong(1)).get(0);
      counts.put(unsorted, known);
    }
    return known;
  }

  /** Returns the filters that a list of questions has. */
  synchronized Choices choices() throws IOException {
    if (choices == null) {
      choices = new Choices(places(), errors());
    }
    return choices;
  }

  /** Returns where there are questions, at most 1,000 places. */
  private List<Place> places() throws IOException {
    return database.rows(
        new Query()
            .add("SELECT benchmark, split, category, count(*) AS n FROM predictions WHERE")
            .add(any(methods.oneOfEachRun()))
            .add("GROUP BY ALL ORDER BY ALL LIMIT 1000"),
        row ->
            new Place(
                row.getString("benchmark"),
                row.getString("split"),
                row.getString("category"),
                row.getLong("n")));
  }

  /** Returns the kinds of errors, the most frequent first. */
  private List<Errors> errors() throws IOException {
    return database.rows(
        new Query()
            .add("SELECT split_part(error, ':', 1) AS kind, count(*) AS n FROM predictions")
            .add("WHERE error IS NOT NULL GROUP BY ALL ORDER BY n DESC, kind LIMIT 100"),
        row -> new Errors(row.getString("kind"), row.getLong("n")));
  }

  /**
   * Returns a page.
   *
   * @param from question that the page is next to; empty for the first page
   */
  QuestionPage page(QuestionFilter filter, Optional<QuestionKey> from, PageSide side)
      throws IOException {
    List<QuestionKey> found = keys(filter, from, side, PAGE + 1);
    boolean more = found.size() > PAGE;
    List<QuestionKey> keys = new ArrayList<>(more ? found.subList(0, PAGE) : found);
    if (side == PageSide.BEFORE) {
      Collections.reverse(keys);
    }
    return new QuestionPage(
        lines(keys),
        side == PageSide.BEFORE ? more : from.isPresent(),
        side == PageSide.BEFORE || more);
  }

  /** Returns the question next to one of a list. */
  Optional<QuestionKey> next(QuestionFilter filter, QuestionKey from, PageSide side)
      throws IOException {
    return keys(filter, Optional.of(from), side, 1).stream().findFirst();
  }

  private List<QuestionKey> keys(
      QuestionFilter filter, Optional<QuestionKey> from, PageSide side, int most)
      throws IOException {
    QuestionOrder order = filter.order();
    Query query = new Query();
    if (order.isRanked()) {
      query.add("SELECT benchmark, split, question_id, coalesce(value, -1) AS rank FROM (");
      query.add(asked(filter)).add(") LEFT JOIN (").add(ranks(filter)).add(")").add(WITH_KEY);
    } else {
      query.add("SELECT benchmark, split, question_id, NULL::DOUBLE AS rank FROM (");
      query.add(asked(filter)).add(")");
    }
    boolean forth = side == PageSide.AFTER;
    if (from.isPresent()) {
      query.add("WHERE").add(beyond(from.get(), order, forth));
    }
    query.add("ORDER BY");
    if (order.isRanked()) {
      query.add(order.isDown() == forth ? "rank DESC," : "rank,");
    }
    String down = forth ? "" : " DESC";
    query.add("benchmark" + down + ", split" + down + ",");
    query.add(NUMBER_OF_ID + down + ", question_id" + down);
    query.add("LIMIT ?", most);
    return database.rows(query, QuestionKey::of);
  }

  /** Returns the condition of the questions on one side of another one. */
  private static Query beyond(QuestionKey key, QuestionOrder order, boolean forth) {
    String b = key.benchmark();
    String s = key.split();
    String beyondIt = forth ? ">" : "<";
    String number = NUMBER_OF_ID + " %s " + NUMBER_OF_KEY;
    Query beyond =
        new Query()
            .add("(benchmark " + beyondIt + " ? OR (benchmark = ?", b, b)
            .add("AND (split " + beyondIt + " ? OR (split = ?", s, s)
            .add("AND (" + Text.format(number, beyondIt), key.id(), key.id())
            .add("OR (" + Text.format(number, "="), key.id(), key.id())
            .add("AND question_id " + beyondIt + " ?))))))", key.id());
    if (!order.isRanked()) {
      return beyond;
    }
    double rank = key.rank() == null ? -1 : key.rank();
    return new Query()
        .add(
            order.isDown() == forth
                ? "(coalesce(value, -1) < ? OR (coalesce(value, -1) = ? AND"
                : "(coalesce(value, -1) > ? OR (coalesce(value, -1) = ? AND",
            rank,
            rank)
        .add(beyond)
        .add("))");
  }

  /** Returns the order of the questions: of one method, if the list is about one. */
  private static Query ranks(QuestionFilter filter) {
    Query ranks = new Query();
    // Rounded, because the order of a sum may differ from page to page.
    ranks.add(
        filter.order().isByScore()
            ? "SELECT benchmark, split, question_id, round(avg(score), 6) AS value FROM scores"
            : "SELECT benchmark, split, question_id, round(avg(visual_tokens_after), 6) AS value"
                + " FROM predictions");
    filter.answered().method().ifPresent(method -> ranks.add("WHERE").add(any(List.of(method))));
    return ranks.add("GROUP BY ALL");
  }

  /** Returns the keys of a list's questions. */
  private Query asked(QuestionFilter filter) {
    boolean several = methods.runs().size() > 1;
    Query asked =
        new Query()
            .add(
                several
                    ? "SELECT DISTINCT benchmark, split, question_id FROM predictions"
                    : "SELECT benchmark, split, question_id FROM predictions");
    filter.text().ifPresent(text -> semi(asked, holding(text)));
    AnswerFilter answered = filter.answered();
    if (answered.result().isPresent()
        || answered.error().isPresent()
        || answered.least().isPresent()
        || answered.most().isPresent()) {
      semi(asked, answered(answered));
    }
    filter.contest().right().ifPresent(method -> semi(asked, scored(method, "score = 1")));
    filter.contest().wrong().ifPresent(method -> semi(asked, scored(method, "score = 0")));
    asked.add("WHERE").add(any(answered.method().map(List::of).orElseGet(methods::oneOfEachRun)));
    filter.place().benchmark().ifPresent(value -> asked.add("AND benchmark = ?", value));
    filter.place().split().ifPresent(value -> asked.add("AND split = ?", value));
    filter.place().category().ifPresent(value -> asked.add("AND category = ?", value));
    return asked;
  }

  private static void semi(Query query, Query wanted) {
    query.add("SEMI JOIN (").add(wanted).add(")").add(WITH_KEY);
  }

  private static Query any(List<MethodKey> wanted) {
    Query any = new Query();
    for (MethodKey one : wanted) {
      any.add(
          one == wanted.get(0) ? "((run_id = ? AND method = ?)" : "OR (run_id = ? AND method = ?)",
          one.runId(),
          one.method());
    }
    return any.add(")");
  }

  /** Answers are searched under all methods; what is equal under all of them is under one. */
  private Query holding(String text) {
    return new Query()
        .add("SELECT benchmark, split, question_id FROM predictions")
        .add("WHERE contains(lower(answer), ?)", text)
        .add("UNION ALL SELECT benchmark, split, question_id FROM predictions WHERE")
        .add(any(methods.oneOfEachRun()))
        .add("AND (contains(lower(prompt), ?)", text)
        .add("OR contains(lower(question_id), ?) OR contains(lower(image_id), ?))", text, text)
        .add("UNION ALL SELECT benchmark, split, question_id FROM scores WHERE")
        .add(any(methods.oneOfEachRun()))
        .add("AND contains(lower(gold), ?)", text);
  }

  private static Query scored(MethodKey method, String condition) {
    return new Query()
        .add("SELECT benchmark, split, question_id FROM scores WHERE")
        .add(condition)
        .add("AND")
        .add(any(List.of(method)));
  }

  private static Query answered(AnswerFilter wanted) {
    boolean scores = wanted.result().isPresent();
    boolean predictions =
        wanted.error().isPresent() || wanted.least().isPresent() || wanted.most().isPresent();
    Query answered = new Query().add("SELECT benchmark, split, question_id FROM");
    if (scores && predictions) {
      answered.add("predictions JOIN scores");
      answered.add("USING (run_id, benchmark, split, method, question_id)");
    } else {
      answered.add(scores ? "scores" : "predictions");
    }
    answered.add("WHERE true");
    wanted.method().ifPresent(method -> answered.add("AND").add(any(List.of(method))));
    wanted.result().ifPresent(result -> answered.add("AND").add(result.condition()));
    wanted
        .error()
        .ifPresent(
            error -> {
              switch (error) {
                case "any" -> answered.add("AND error IS NOT NULL");
                case "none" -> answered.add("AND error IS NULL");
                default -> answered.add("AND split_part(error, ':', 1) = ?", error);
              }
            });
    wanted.least().ifPresent(least -> answered.add("AND visual_tokens_after >= ?", least));
    wanted.most().ifPresent(most -> answered.add("AND visual_tokens_after <= ?", most));
    return answered;
  }

  /** Reads what a page shows of its questions. */
  private List<QuestionLine> lines(List<QuestionKey> keys) throws IOException {
    if (keys.isEmpty()) {
      return List.of();
    }
    record Scored(Double score, String gold) {}
    record Asked(QuestionKey key, int method) {}
    Map<Asked, Scored> scored = new HashMap<>();
    Map<QuestionKey, String> truths = new HashMap<>();
    database.rows(
        chosen(
            """
            SELECT benchmark, split, question_id, NULL::DOUBLE AS rank, run_id, method, score,
              left(gold, ?) AS truth
            FROM scores
            """,
            keys,
            LONGEST + 1),
        row -> {
          QuestionKey key = QuestionKey.of(row);
          String truth = row.getString("truth");
          int method = methods.number(row.getString("run_id"), row.getString("method"));
          truths.putIfAbsent(key, truth);
          return scored.put(
              new Asked(key, method), new Scored(row.getObject("score", Double.class), truth));
        });
    Map<QuestionKey, QuestionLine> lines = new LinkedHashMap<>();
    for (QuestionKey key : keys) {
      lines.put(key.unranked(), new QuestionLine(key, "", null, null, null, new LinkedHashMap<>()));
    }
    database.rows(
        chosen(
            """
            SELECT benchmark, split, question_id, NULL::DOUBLE AS rank, run_id, method, category,
              left(prompt, ?) AS question, left(answer, ?) AS said,
              split_part(error, ':', 1) AS kind, visual_tokens_after, image_id
            FROM predictions
            """,
            keys,
            LONGEST + 1,
            LONGEST + 1),
        row -> {
          QuestionKey key = QuestionKey.of(row);
          QuestionLine line = lines.get(key);
          int method = methods.number(row.getString("run_id"), row.getString("method"));
          String error = row.getString("kind");
          Scored score = scored.getOrDefault(new Asked(key, method), new Scored(null, null));
          line.answers()
              .put(
                  method,
                  new ListedAnswer(
                      Grade.of(score.score(), error),
                      error == null ? cut(row.getString("said")) : error,
                      row.getObject("visual_tokens_after", Integer.class)));
          return lines.put(
              key,
              new QuestionLine(
                  line.key(),
                  cut(row.getString("question")),
                  row.getString("category"),
                  cut(truths.get(key)),
                  methods.protocol(method).isEmpty()
                      ? line.video()
                      : cut(row.getString("image_id")),
                  line.answers()));
        });
    return List.copyOf(lines.values());
  }

  private static Query chosen(String rows, List<QuestionKey> keys, Object... bound) {
    return new Query()
        .add(rows, bound)
        .add(
            """
            SEMI JOIN (
              SELECT unnest(?::VARCHAR[]) AS benchmark, unnest(?::VARCHAR[]) AS split,
                unnest(?::VARCHAR[]) AS question_id)
            """,
            keys.stream().map(QuestionKey::benchmark).toList(),
            keys.stream().map(QuestionKey::split).toList(),
            keys.stream().map(QuestionKey::id).toList())
        .add(WITH_KEY);
  }

  private static String cut(String text) {
    return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
