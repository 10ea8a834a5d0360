package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One benchmark: how its files are read into questions with their prompts, how its answers are
 * scored, and which metrics are computed from its scores. Stateless and thread-safe; scoring runs
 * on executors, found there by {@link #name()}.
 */
public interface Benchmark {

  /** The benchmark's own way to score; the first profile of all but {@code custom}. */
  String OFFICIAL = "official";

  /** As the lmms-eval harness scores. */
  String LMMS_EVAL = "lmms-eval";

  /** The kind of categories where there are no others. */
  String ONLY_KIND = "category";

  /** Returns the name on the command line and in the {@code benchmark} column. */
  String name();

  /** Returns the default split of the files. */
  String defaultSplit();

  /** Returns the names of the ways to score, the benchmark's own first. */
  List<String> profiles();

  /**
   * Returns what {@link #read} reads, in words, for a list of benchmarks: one text for each layout,
   * in the order in which it looks for them; empty if the benchmark does not say.
   */
  default List<String> layouts() {
    return List.of();
  }

  /** Returns the data set on the hub that a run reads if it names no source; empty if unknown. */
  default Optional<HubData> hubData() {
    return Optional.empty();
  }

  /**
   * Returns the files and folders that are read where a user names no source, as a source is named;
   * none if the benchmark does not say.
   */
  default List<String> sources() {
    return List.of();
  }

  /** Returns the text of the file that defines this benchmark; empty of a class. */
  default Optional<String> definition() {
    return Optional.empty();
  }

  /**
   * Returns how questions are worded.
   *
   * @param name what the user asks for; empty = the benchmark's default
   * @throws IllegalArgumentException naming the known ones
   */
  default PromptProfile prompts(Optional<String> name) {
    return PromptProfile.named(name.orElse(PromptProfile.LLAVA.name()));
  }

  /**
   * Returns of which kind a question's category or a further group of it ({@link
   * BenchmarkQuestion#GROUPS}) is, in words, such as {@code answer type}. Figures of one kind are
   * shown together: groups of two kinds may have the same questions.
   */
  default String kindOf(String category) {
    return ONLY_KIND;
  }

  /** Returns the metrics of a profile; the first one is the headline. */
  List<MetricRule> metrics(String profile);

  /**
   * Streams all questions in the order of the files. {@code prepare} refuses an id that repeats, so
   * readers need not remember ids. Rows that are invalid are {@link SourceFiles#leftOut left out}.
   * The benchmark's layout (official download, LLaVA's folder, Hugging Face Parquet) is detected
   * from the files.
   *
   * @param prompts how prompts are worded
   * @throws DataException naming file and line if a file is invalid
   */
  void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException;

  /**
   * Returns whether ids may repeat. {@code prepare} then makes them unique: the first question
   * keeps its id, the n-th one becomes {@code id#n}.
   */
  default boolean repeatsIds() {
    return false;
  }

  /**
   * Returns whether scoring needs the image's size. A question then has {@link
   * BenchmarkQuestion#WIDTH} and {@link BenchmarkQuestion#HEIGHT} in its further values: from the
   * files if {@link #read} finds it there, otherwise of the image itself.
   */
  default boolean needsImageSize() {
    return false;
  }

  /**
   * Returns whether a unit ({@link BenchmarkQuestion#UNIT}) may have questions about several
   * images. These are then one cluster.
   */
  default boolean joinsImages() {
    return false;
  }

  /**
   * Returns whether pictures are turned as their EXIF orientation says, as Hugging Face's data sets
   * and transformers' {@code load_image} do. Published benchmarks are answered as their references
   * do, which open the files as they are stored.
   */
  default boolean turnsPictures() {
    return false;
  }

  /** Returns whether questions are about videos, whose frames a user chooses by protocols. */
  default boolean showsVideos() {
    return false;
  }

  /**
   * Returns the reference's value in the {@code gold} column.
   *
   * @return empty if there is no reference answer; such a question is not scored
   */
  Optional<String> gold(Reference reference);

  /**
   * Scores one generated text. It is never called for errors and missing answers.
   *
   * @param profile one of {@link #profiles()}
   * @param answer generated text, stripped
   * @param reference of a question that has a {@link #gold}
   */
  Score score(String profile, String answer, Reference reference);

  /**
   * Returns how a profile draws values at random for answers that it cannot decide; empty if it
   * draws none. {@link #score} scores such an answer as if none was drawn.
   *
   * @param profile one of {@link #profiles}
   */
  default Optional<Drawing> drawing(String profile) {
    return Optional.empty();
  }

  /**
   * Returns the names of the parsers by which a profile reads answers, of a file that chooses them;
   * else none.
   *
   * @param profile one of {@link #profiles}
   */
  default List<String> parsers(String profile) {
    return List.of();
  }

  /**
   * Returns how a profile scores answers by the references of a whole split; empty if by a
   * question's own alone. Otherwise {@link #score} is not called.
   *
   * @param profile one of {@link #profiles}
   */
  default Optional<Corpus> corpus(String profile) {
    return Optional.empty();
  }

  /**
   * Returns what an error adds to the sums of figures over a whole set, where its score of 0 does
   * not say all.
   *
   * @param profile one of {@link #profiles}
   */
  default Map<Addend, Double> addendsOfError(String profile, Reference reference) {
    return Map.of();
  }

  /**
   * Returns the score of a guess, 0..1: one of the options at random; nothing where answers are
   * open.
   *
   * @param reference of a question that has a {@link #gold}
   */
  default double chance(Reference reference) {
    return reference.options().isEmpty() ? 0 : 1.0 / reference.options().size();
  }

  /**
   * Returns the letters of the options that are right by the default profile, as far as it tells.
   */
  default List<String> rightLetters(Reference reference) {
    return List.of();
  }

  /**
   * Returns the key that matches answers in answer files with questions: the file's own id, unless
   * the benchmark uses one id for several questions.
   */
  default String key(BenchmarkQuestion question) {
    return question.fileId().asText();
  }

  /**
   * Returns whether a prompt asks the question. Answer files may word their prompts by any profile,
   * but a prompt contains the bare question.
   */
  default boolean asks(String prompt, BenchmarkQuestion question) {
    return Wordings.same(prompt).contains(Wordings.same(question.question()));
  }

  /**
   * Returns answer formats that are read in addition to this project's predictions; more specific
   * ones first.
   */
  default List<AnswerFormat> answerFormats() {
    return List.of(LlavaAnswers.BY_ID);
  }

  /**
   * Returns how a language model judges answers, if no rule can compare them with a reference under
   * any profile. {@link #score} then takes the judge's words instead of an answer; answers alone
   * are not scored.
   */
  default Optional<Judging> judging() {
    return Optional.empty();
  }

  /**
   * Returns how a language model judges answers under one profile. Profiles without a judge are
   * scored by rules.
   *
   * @param profile one of {@link #profiles}
   */
  default Optional<Judging> judging(String profile) {
    return judging();
  }

  /** Returns how answers are submitted, if the benchmark defines it. */
  default Optional<Submission> submission() {
    return Optional.empty();
  }

  /**
   * The score of one answer.
   *
   * @param parsed the value that the answer is scored as; empty without one
   * @param unparsed whether the parser found no value, so that the answer is scored as none, or as
   *     one that a rule took in its place: drawn at random, or nearest to its text
   * @param value 0..1
   * @param iou 0..1, how far the answer's box and the right one overlap: the area of both over that
   *     of either; empty if answers are no boxes
   * @param dropped whether the question counts in no figure, because its answer is undecided
   * @param addends for figures over a whole set that are no means of scores
   */
  record Score(
      String parsed,
      boolean unparsed,
      double value,
      OptionalDouble iou,
      boolean dropped,
      Map<Addend, Double> addends) {

    /** The score of an undecided answer that counts in no figure. */
    public static final Score DROPPED =
        new Score("", true, 0, OptionalDouble.empty(), true, Map.of());

    public Score {
      requireShare(value);
      iou.ifPresent(Score::requireShare);
      addends = Map.copyOf(addends);
    }

    /** The score of an answer that is no box. */
    public Score(String parsed, boolean unparsed, double value) {
      this(parsed, unparsed, value, OptionalDouble.empty());
    }

    /** The score of an answer that counts. */
    public Score(String parsed, boolean unparsed, double value, OptionalDouble iou) {
      this(parsed, unparsed, value, iou, false, Map.of());
    }

    /** The score of an answer that also counts in figures over a whole set. */
    public Score(String parsed, boolean unparsed, double value, Map<Addend, Double> addends) {
      this(parsed, unparsed, value, OptionalDouble.empty(), false, addends);
    }

    private static void requireShare(double value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("A score lies in 0..1, this one is " + value);
      }
    }
  }

  /**
   * The reference for answers: the parts of a question that are in its row of the examples table.
   *
   * @param question the bare question
   * @param category the group it is reported under
   * @param answers reference answers
   * @param options the choices of a multiple-choice question, in order
   * @param extra further values of the benchmark; keys are constants of {@link BenchmarkQuestion}
   *     and of the benchmark itself
   */
  record Reference(
      String question,
      String category,
      List<String> answers,
      List<String> options,
      Map<String, String> extra) {

    public Reference {
      answers = List.copyOf(answers);
      options = List.copyOf(options);
      extra = Collections.unmodifiableMap(new TreeMap<>(extra)); // in one order in every JVM
    }
  }
}
