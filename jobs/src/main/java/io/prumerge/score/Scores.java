package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.xxhash64;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.CorpusScorer;
import io.prumerge.benchmark.Drawing;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.ScoreRow;
import io.prumerge.store.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.CoGroupFunction;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/** Scores answers against references, on executors. */
public final class Scores {

  /**
   * The columns of predictions that scoring needs.
   *
   * @param set whose answer it is
   * @param answer null without one
   * @param error null without one
   * @param protocol null without a video
   * @param video its name; null without one
   */
  private record Answer(
      AnswerSet set,
      String questionId,
      String answer,
      String error,
      String imageSha256,
      @AddedLater String protocol,
      @AddedLater String video) {}

  private static final RecordColumns<Answer> ANSWER = RecordColumns.of(Answer.class);

  /** Selects the profiles that score a benchmark's answers. */
  interface Profiles extends Serializable {
    List<String> of(Benchmark benchmark);
  }

  /** Counts the rows that tasks make. */
  private interface RowCount extends Serializable {
    void add(long rows);
  }

  /** What is made of an answer to a question. */
  private interface Use extends Serializable {

    /**
     * @param rows which it adds to
     */
    void of(Answer answer, QuestionScores question, List<Row> rows);
  }

  private final Benchmarks benchmarks;
  private final Set<String> answered;

  /**
   * @param benchmarks whose answers are scored
   */
  public Scores(Benchmarks benchmarks) {
    this(benchmarks, benchmarks.names());
  }

  /**
   * @param benchmarks whose answers are scored
   * @param answered the names of those that there are answers to, at least: their undecided answers
   *     are looked for where a profile draws values for them
   */
  public Scores(Benchmarks benchmarks, Collection<String> answered) {
    this.benchmarks = benchmarks;
    this.answered = Set.copyOf(answered);
  }

  /**
   * Scores every prediction whose question has a reference, under every profile of its benchmark. A
   * prediction with an error or without an answer gets a row without {@code parsed}: an error
   * scores 0, a missing answer nothing. Profiles whose answers are {@link Benchmark#judging(String)
   * judged} are left out. Where a profile {@link Benchmark#drawing draws} values, a job looks for
   * the undecided answers first; where one scores by a {@link Benchmark#corpus corpus}, a job
   * counts its terms first.
   *
   * @param predictions columns of {@link Table#PREDICTIONS}, at least {@code run_id, model,
   *     benchmark, split, method, question_id, image_sha256, answer, error}
   * @param questions rows of {@link QuestionTable#SCHEMA}
   * @return rows of {@link Table#SCORES}; those of a question follow each other
   */
  public Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> questions) {
    return scored(predictions, questions, Scores::unjudged, rows -> {});
  }

  /**
   * Scores as {@link #of}, and counts the rows. The count is exact after the job that writes them,
   * however often it repeats its tasks.
   */
  public Dataset<Row> counted(
      Dataset<Row> predictions, Dataset<Row> questions, LongAccumulator count) {
    return scored(predictions, questions, Scores::unjudged, count::add);
  }

  private static List<String> unjudged(Benchmark benchmark) {
    return benchmark.profiles().stream()
        .filter(profile -> benchmark.judging(profile).isEmpty())
        .toList();
  }

  /**
   * Scores every prediction under one profile. If answers are judged, {@code answer} holds the
   * judge's words.
   *
   * @param profile one that the predictions' benchmarks have
   */
  public Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> questions, String profile) {
    return scored(predictions, questions, benchmark -> List.of(profile), rows -> {});
  }

  /**
   * Scores every prediction under its benchmark's own profile, which reports of runs show first,
   * and under others, unless they are judged.
   *
   * @param others under the first of which answers are scored in any case
   */
  Dataset<Row> besideOwn(Dataset<Row> predictions, Dataset<Row> questions, List<String> others) {
    return scored(
        predictions,
        questions,
        benchmark ->
            Stream.concat(Stream.of(benchmark.profiles().get(0)), others.stream())
                .filter(one -> one.equals(others.get(0)) || benchmark.judging(one).isEmpty())
                .distinct()
                .toList(),
        rows -> {});
  }

  /**
   * Groups both sides by question, so a task reads a question once for the answers of all methods.
   * A join would copy the question into the row of every answer.
   */
  private Dataset<Row> scored(
      Dataset<Row> given, Dataset<Row> questions, Profiles profiles, RowCount count) {
    Dataset<Row> predictions = CutThoughts.emptied(given);
    Broadcast<SplitFacts> facts =
        JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext())
            .broadcast(
                new SplitFacts(
                    drawn(predictions, questions, profiles), corpora(questions, profiles)));
    return rows(
        predictions,
        questions,
        profiles,
        (answer, question, rows) -> question.score(answer, facts.value(), rows),
        count,
        Table.SCORES.schema());
  }

  /** Draws values where profiles draw them; each depends on all undecided answers before it. */
  private DrawnAnswers drawn(Dataset<Row> predictions, Dataset<Row> questions, Profiles profiles) {
    List<String> drawing = benchmarks(profiles, (one, profile) -> one.drawing(profile).isPresent());
    if (drawing.isEmpty()) {
      return DrawnAnswers.NONE;
    }
    Column theirs = col("benchmark").isin(drawing.toArray());
    Dataset<Row> undecided =
        rows(
            predictions.where(theirs),
            questions.where(theirs),
            profiles,
            (answer, question, rows) -> question.undecided(answer, rows),
            rows -> {},
            DrawnAnswers.Undecided.COLUMNS.schema());
    return DrawnAnswers.of(DrawnAnswers.Undecided.COLUMNS.collect(undecided), benchmarks);
  }

  /** Counts the terms of references where profiles score by them. */
  private Corpora corpora(Dataset<Row> questions, Profiles profiles) {
    List<String> counting = benchmarks(profiles, (one, profile) -> one.corpus(profile).isPresent());
    if (counting.isEmpty()) {
      return Corpora.NONE;
    }
    Benchmarks known = benchmarks; // a task needs no more of this
    return Corpora.of(
        questions
            .where(col("benchmark").isin(counting.toArray()))
            .selectExpr(QuestionTable.SCHEMA.fieldNames())
            .flatMap(
                (FlatMapFunction<Row, Row>)
                    row -> new QuestionScores(row, known, profiles).terms().iterator(),
                Encoders.row(Corpora.TERMS)));
  }

  /** Returns the names of the benchmarks with answers of which a profile does something. */
  private List<String> benchmarks(Profiles profiles, BiPredicate<Benchmark, String> does) {
    return answered.stream()
        .map(benchmarks::named)
        .filter(
            one ->
                profiles.of(one).stream()
                    .filter(one.profiles()::contains)
                    .anyMatch(profile -> does.test(one, profile)))
        .map(Benchmark::name)
        .toList();
  }

  private Dataset<Row> rows(
      Dataset<Row> predictions,
      Dataset<Row> questions,
      Profiles profiles,
      Use use,
      RowCount count,
      StructType schema) {
    Benchmarks known = benchmarks; // a task needs no more of this
    return byQuestion(answers(predictions), ANSWER.schema())
        .cogroup(
            byQuestion(questions, QuestionTable.SCHEMA),
            (CoGroupFunction<Long, Row, Row, Row>)
                (hash, answers, references) ->
                    rows(answers, references, known, profiles, use, count),
            Encoders.row(schema));
  }

  /**
   * Returns the condition on scores that they are of their benchmark's own profile.
   *
   * @param ownProfiles of {@link Benchmarks#ownProfiles}
   */
  public static Column ownProfile(List<String> ownProfiles) {
    return concat_ws("/", col("benchmark"), col("profile")).isin(ownProfiles.toArray());
  }

  /**
   * Returns the columns that scoring needs, and others; those of a video are null where answers
   * lack them.
   */
  static Dataset<Row> answers(Dataset<Row> predictions, String... others) {
    List<String> found = List.of(predictions.columns());
    return predictions.selectExpr(
        Stream.of(ANSWER.schema().fieldNames(), others)
            .flatMap(Stream::of)
            .map(
                name ->
                    ANSWER.addedLater().contains(name) && !found.contains(name)
                        ? "CAST(NULL AS STRING) AS " + name
                        : name)
            .toArray(String[]::new));
  }

  /** Groups by a number, because Spark sorts numbers faster than texts. */
  private static KeyValueGroupedDataset<Long, Row> byQuestion(
      Dataset<Row> rows, StructType columns) {
    Column hash = xxhash64(col("benchmark"), col("split"), col("question_id"));
    return rows.selectExpr(columns.fieldNames())
        .groupBy(hash.as("question_hash"))
        .as(Encoders.LONG(), Encoders.row(columns));
  }

  /**
   * Returns the rows of one group.
   *
   * @param references one, or several if their hashes are equal
   */
  private static Iterator<Row> rows(
      Iterator<Row> answers,
      Iterator<Row> references,
      Benchmarks benchmarks,
      Profiles profiles,
      Use use,
      RowCount count) {
    List<Row> rows = new ArrayList<>();
    if (answers.hasNext() && references.hasNext()) {
      List<QuestionScores> questions = new ArrayList<>(1);
      references.forEachRemaining(
          row -> questions.add(new QuestionScores(row, benchmarks, profiles)));
      answers.forEachRemaining(
          row -> {
            Answer answer = ANSWER.record(row);
            questions.stream()
                .filter(question -> question.isScored(answer))
                .forEach(question -> use.of(answer, question, rows));
          });
    }
    count.add(rows.size());
    return rows.iterator();
  }

  /** One question, which scores the answers of all methods to it. Equal answers are scored once. */
  private static final class QuestionScores {

    private final String benchmark;
    private final String split;
    private final String id;
    private final String imageId;
    private final Benchmark rules;
    private final Reference reference;
    private final Optional<String> gold;
    private final List<String> groups;
    private final double chance;
    private final Map<String, Map<String, Score>> scores = new LinkedHashMap<>();
    private final Map<String, Drawing> drawings = new HashMap<>();
    private final Map<String, CorpusScorer> scorers = new HashMap<>();

    /**
     * Reads a question.
     *
     * @param row of {@link QuestionTable#SCHEMA}
     */
    QuestionScores(Row row, Benchmarks benchmarks, Scores.Profiles profiles) {
      benchmark = row.getString(0);
      split = row.getString(1);
      id = row.getString(2);
      imageId = row.getString(3);
      rules = benchmarks.named(benchmark);
      reference =
          new Reference(
              row.getString(4),
              row.getString(5),
              row.isNullAt(6) ? List.of() : row.getList(6),
              row.isNullAt(7) ? List.of() : row.getList(7),
              row.isNullAt(8) ? Map.of() : row.getJavaMap(8));
      gold = rules.gold(reference);
      String names = reference.extra().getOrDefault(BenchmarkQuestion.GROUPS, "");
      groups = names.isEmpty() ? List.of() : List.of(names.split("\n"));
      chance = gold.isPresent() ? rules.chance(reference) : 0;
      for (String profile : profiles.of(rules)) {
        scores.put(profile, new HashMap<>());
        rules.drawing(profile).ifPresent(drawing -> drawings.put(profile, drawing));
      }
    }

    /** Returns whether an answer is this question's, and this has a reference answer. */
    boolean isScored(Answer answer) {
      return gold.isPresent()
          && id.equals(answer.questionId())
          && split.equals(answer.set().split())
          && benchmark.equals(answer.set().benchmark());
    }

    /** Adds a row of {@link DrawnAnswers.Undecided} per profile that draws a value. */
    void undecided(Answer answer, List<Row> rows) {
      if (answer.error() != null || answer.answer() == null) {
        return;
      }
      drawings.forEach(
          (profile, drawing) -> {
            List<String> choices = drawing.choices(answer.answer(), reference);
            if (!choices.isEmpty()) {
              rows.add(
                  DrawnAnswers.Undecided.COLUMNS.row(
                      new DrawnAnswers.Undecided(answer.set(), profile, id, choices)));
            }
          });
    }

    /** Returns rows of {@link Corpora#TERMS} for each profile that scores by them. */
    List<Row> terms() {
      List<Row> rows = new ArrayList<>();
      if (gold.isPresent()) {
        for (String profile : scores.keySet()) {
          rules
              .corpus(profile)
              .ifPresent(
                  corpus -> {
                    rows.add(Corpora.document(benchmark, split, profile));
                    corpus
                        .terms(reference)
                        .forEach(term -> rows.add(Corpora.row(benchmark, split, profile, term)));
                  });
        }
      }
      return rows;
    }

    /** Adds the scores of one answer, a row of {@link Table#SCORES} per profile. */
    void score(Answer answer, SplitFacts facts, List<Row> rows) {
      scores
          .keySet()
          .forEach(
              profile ->
                  rows.add(Table.SCORES.row(row(answer, profile, score(answer, profile, facts)))));
    }

    private Optional<Score> score(Answer answer, String profile, SplitFacts facts) {
      if (answer.error() != null) {
        return Optional.of(new Score(null, false, 0, rules.addendsOfError(profile, reference)));
      }
      if (answer.answer() == null) {
        return Optional.empty();
      }
      return Optional.of(
          Optional.ofNullable(drawings.get(profile))
              .flatMap(
                  drawing ->
                      facts
                          .drawn()
                          .value(answer.set(), profile, id)
                          .map(value -> drawing.score(value, reference)))
              .orElseGet(
                  () ->
                      scores
                          .get(profile)
                          .computeIfAbsent(
                              answer.answer(),
                              scorers.computeIfAbsent(profile, one -> scorer(one, facts))::score)));
    }

    private CorpusScorer scorer(String profile, SplitFacts facts) {
      return rules
          .corpus(profile)
          .map(corpus -> corpus.scorer(reference, facts.corpora().of(benchmark, split, profile)))
          .orElse(answer -> rules.score(profile, answer, reference));
    }

    private ScoreRow row(Answer answer, String profile, Optional<Score> score) {
      return new ScoreRow(
          answer.set().runId(),
          benchmark,
          split,
          answer.set().method(),
          id,
          profile,
          score.map(Score::parsed).orElse(null),
          gold.orElseThrow(),
          score.map(Score::unparsed).orElse(false),
          score
              .filter(one -> !one.dropped())
              .map(one -> OptionalDouble.of(one.value()))
              .orElse(OptionalDouble.empty()),
          answer.set().model(),
          imageId,
          reference.category(),
          groups,
          reference.extra().get(BenchmarkQuestion.UNIT),
          answer.imageSha256(),
          chance,
          score.map(Score::iou).orElse(OptionalDouble.empty()),
          score
              .map(Score::addends)
              .filter(some -> !some.isEmpty())
              .map(QuestionScores::named)
              .orElse(null),
          reference.extra().get(BenchmarkQuestion.UNIT_ROWS),
          answer.protocol(),
          answer.video());
    }

    private static Map<String, Double> named(Map<Addend, Double> addends) {
      Map<String, Double> named = new TreeMap<>();
      addends.forEach((addend, amount) -> named.put(addend.label(), amount));
      return named;
    }
  }
}
