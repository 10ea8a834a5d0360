package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerObject;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * MM-Vet (Yu et al., 2023): 218 open questions, each with the capabilities that it requires. Read
 * from the official {@code mm-vet.json} or from Hugging Face's Parquet files; LLaVA's question file
 * has no further information. A judge grades the answers: {@link #score} takes the grades, one line
 * for each run of the judge.
 */
public final class MmVetBenchmark extends PublishedBenchmark {

  /** The result file for MM-Vet's evaluator. */
  private static final AnswerObject RESULTS = new AnswerObject("mm-vet.json", MmVetQuestion::vetId);

  private static final String FILE = "mm-vet.json";

  /** The folder in the official archive, which LLaVA unpacks below its own. */
  private static final String FOLDER = "mm-vet";

  public MmVetBenchmark() {
    super("mm-vet", "test");
  }

  @Override
  public List<String> layouts() {
    return List.of("mm-vet.json", "Hugging Face's Parquet files");
  }

  @Override
  public String kindOf(String category) {
    return MmVetQuestion.CAPABILITIES.contains(category)
        ? "capability"
        : "combination of capabilities";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        new MetricRule("total", Statistic.MEAN, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL),
        MetricRule.grouped("score", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    QuestionIds ids = new QuestionIds();
    Consumer<MmVetQuestion> questions =
        question -> sink.accept(question.toQuestion(prompt(prompts, question)));
    Optional<Path> file = source.find(FILE, FOLDER);
    if (file.isPresent()) {
      JsonItems.fields(
          file.get(), source, (id, line) -> questions.accept(MmVetQuestion.of(id, line, ids)));
      return;
    }
    String none =
        Text.format(
            "No %s in %s; MM-Vet is read from the official archive, unpacked into LLaVA's folder or"
                + " elsewhere, or from Hugging Face's Parquet files",
            FILE, source.described());
    HuggingFaceTable table = table(source, none, MmVetQuestion.COLUMNS);
    source
        .leftOut()
        .<HuggingFaceRow>read(
            rows -> table.read(MmVetQuestion.COLUMNS, Set.of(MmVetQuestion.IMAGE), rows),
            row -> questions.accept(MmVetQuestion.of(row, ids)));
  }

  private String prompt(PromptProfile prompts, MmVetQuestion question) {
    return prompts.prompt(name(), PromptParts.of(question.question()));
  }

  /**
   * Returns the mean of the runs' grades. If a grade is not a number from 0 to 1, the answer is
   * unparsed with score 0.
   */
  @Override
  public Score score(String profile, String grades, Reference reference) {
    String[] runs = grades.split("\n", -1);
    double sum = 0;
    for (String run : runs) {
      OptionalDouble grade = grade(run);
      if (grade.isEmpty()) {
        return new Score("", true, 0);
      }
      sum += grade.getAsDouble();
    }
    return new Score(String.join(" ", runs), false, sum / runs.length);
  }

  /**
   * Reads a grade from a judge's words like the official evaluator and lmms-eval: the part before
   * the first space, a number from 0 to 1.
   */
  static OptionalDouble grade(String words) {
    int space = words.indexOf(' ');
    return PythonNumber.of(space < 0 ? words : words.substring(0, space)).stream()
        .filter(grade -> grade >= 0 && grade <= 1)
        .findAny();
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(
        MmVetJudging.Grades.FORMAT,
        new LlavaAnswers(line -> MmVetQuestion.vetId(line.id("question_id").asText())),
        RESULTS);
  }

  @Override
  public Optional<Judging> judging() {
    return Optional.of(new MmVetJudging());
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(RESULTS);
  }

  /**
   * Asks a judge for grades like MM-Vet's evaluator: a table of questions, ground truths and
   * predictions, of which the judge fills in the last cell. Deviation: without the evaluator's own
   * prompt, which has seven lines of examples, the judge gets only the rules, so grades are not
   * comparable with published ones.
   */
  private static final class MmVetJudging implements Judging {

    private static final String RULES =
        """
        You compare a prediction with the ground truth of a question and say how correct it is: 0.0 (all wrong), 0.1, 0.2, \
        and so on to 1.0 (all right). Where the ground truth has parts joined by <AND>, a prediction is all right only with \
        every part in it, and each part counts alike; where it has <OR>, one of the alternatives is enough. Fill in the last \
        cell of the table with the number alone.
        Question | Ground truth | Prediction | Correctness
        --- | --- | --- | ---\
        """;

    /** The text that the evaluator adds after a reply that was no number. */
    private static final String AGAIN = "\nPredict the correctness of the answer (digit): ";

    /** Temperatures of the further requests after a first reply that was no grade. */
    private static final double[] TEMPERATURES = {0, 0.5, 1, 1.5};

    private static final int MAX_TOKENS = 3;

    @Override
    public String model() {
      return "gpt-4-0613";
    }

    /**
     * Returns the first grade among up to five replies; if none is a grade, the empty text, which
     * counts as 0.
     */
    @Override
    public String ask(
        Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
        throws IOException {
      String truth =
          question.answers().get(0).replace("<AND>", " <AND> ").replace("<OR>", " <OR> ");
      String line = String.join(" | ", question.question(), truth, answer, "");
      String table = prompt.orElse(RULES) + "\n" + line;
      OptionalDouble grade = grade(judge, table, 0);
      for (int i = 0; i < TEMPERATURES.length && grade.isEmpty(); i++) {
        grade = grade(judge, table + AGAIN, TEMPERATURES[i]);
      }
      return grade.isPresent() ? Double.toString(grade.getAsDouble()) : "";
    }

    private static OptionalDouble grade(Judge judge, String user, double temperature)
        throws IOException {
      return MmVetBenchmark.grade(judge.reply(new JudgeRequest("", user, temperature, MAX_TOKENS)));
    }

    /**
     * The grade file that MM-Vet's evaluator writes: an object of {@code model}, {@code content}
     * and {@code score} by id, each an array with one entry per run of the judge. The scores count,
     * not the contents from which they were read: the evaluator gives 0 to contents that it cannot
     * read.
     */
    enum Grades implements AnswerFormat {
      FORMAT;

      @Override
      public boolean recognises(Path path, Configuration hadoop) throws IOException {
        return JsonBeginning.of(path, hadoop)
            .filter(beginning -> beginning.value() == JsonToken.START_OBJECT)
            .isPresent();
      }

      @Override
      public boolean judged() {
        return true;
      }

      @Override
      public void read(
          Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
          throws IOException {
        List<Integer> runs = new ArrayList<>();
        JsonItems.fields(
            path,
            hadoop,
            leftOut,
            (id, line) -> {
              JsonNode scores = line.object().path("score");
              if (!scores.isArray() || scores.isEmpty()) {
                throw line.error(
                    Text.format(
                        "grades of %s: \"score\" must be an array with a number per run, it is %s",
                        id, scores));
              }
              if (runs.isEmpty()) {
                runs.add(scores.size());
              } else if (scores.size() != runs.get(0)) {
                throw line.error(
                        Text.format(
                            "grades of %s: %d runs, but %d for those before",
                            id, scores.size(), runs.get(0)))
                    .ofFile();
              }
              sink.accept(
                  GivenAnswer.of(MmVetQuestion.vetId(id), lines(id, scores, line), line.where()));
            });
      }

      private static String lines(String id, JsonNode scores, JsonLine line) {
        List<String> lines = new ArrayList<>();
        for (JsonNode score : scores) {
          if (!score.isNumber() || score.doubleValue() < 0 || score.doubleValue() > 1) {
            throw line.error(Text.format("grades of %s: %s is no number from 0 to 1", id, score));
          }
          lines.add(Double.toString(score.doubleValue()));
        }
        return String.join("\n", lines);
      }
    }
  }

  /**
   * One question of MM-Vet.
   *
   * @param id {@code v1_0} to {@code v1_217}
   * @param answer alternatives separated by {@code <OR>}, parts that are all required by {@code
   *     <AND>}
   * @param capabilities required to answer, in any order
   */
  private record MmVetQuestion(
      String id,
      Optional<ImagePlace> image,
      String question,
      String answer,
      List<String> capabilities) {

    private static final String ID_PREFIX = "v1_";
    private static final String ID = "question_id";
    private static final String QUESTION = "question";
    private static final String ANSWER = "answer";
    private static final String CAPABILITY = "capability";

    /** Columns of the Hugging Face table, in addition to {@link #IMAGE}. */
    static final Set<String> COLUMNS = Set.of(ID, QUESTION, ANSWER, CAPABILITY);

    static final String IMAGE = "image";

    /** Recognition, OCR, knowledge, generation, spatial awareness, mathematics. */
    private static final List<String> CAPABILITIES =
        List.of("rec", "ocr", "know", "gen", "spat", "math");

    /**
     * Suffix for a combination of one capability, because the plain name is the group of all
     * questions with it.
     */
    private static final String ALONE = "_only";

    MmVetQuestion {
      capabilities = List.copyOf(capabilities);
    }

    /** Returns the question in a field of the official file. */
    static MmVetQuestion of(String id, JsonLine line, QuestionIds ids) {
      requireNew(id, ids, line.where());
      String image = ImageName.checked(line.text("imagename"), line);
      return new MmVetQuestion(
              id,
              Optional.of(new ImagePlace.InFolder(image)),
              line.text(QUESTION),
              line.text(ANSWER),
              line.texts(CAPABILITY))
          .checked(line::error);
    }

    /** Returns the question in a row of the Hugging Face table. */
    static MmVetQuestion of(HuggingFaceRow row, QuestionIds ids) {
      String id = vetId(row.id(ID).asText());
      requireNew(id, ids, row.where());
      return new MmVetQuestion(
              id,
              row.place(IMAGE, id, 0),
              row.text(QUESTION),
              row.text(ANSWER),
              List.of(row.text(CAPABILITY).split(",")))
          .checked(row::error);
    }

    private static void requireNew(String id, QuestionIds ids, String where) {
      if (!ids.next(id).equals(id)) {
        throw new DataException(Text.format("%s: question %s stands there already", where, id));
      }
    }

    /** Returns the official id; LLaVA's files have its number only. */
    static String vetId(String id) {
      return id.startsWith(ID_PREFIX) ? id : ID_PREFIX + id;
    }

    /**
     * Checks the capabilities.
     *
     * @param error creates an exception that names the question's place
     */
    private MmVetQuestion checked(Function<String, DataException> error) {
      if (capabilities.isEmpty() || !CAPABILITIES.containsAll(capabilities)) {
        throw error.apply(
            Text.format(
                "question %s has the capabilities %s; known: %s",
                id, capabilities, String.join(", ", CAPABILITIES)));
      }
      return this;
    }

    /** Returns the name of the combination of capabilities, in a fixed order. */
    private String combination() {
      List<String> names = CAPABILITIES.stream().filter(capabilities::contains).toList();
      return names.size() == 1 ? names.get(0) + ALONE : String.join("_", names);
    }

    BenchmarkQuestion toQuestion(String prompt) {
      return BenchmarkQuestion.of(
              TextNode.valueOf(id),
              image,
              prompt,
              question,
              combination(),
              List.of(answer),
              BenchmarkQuestion.LONG_ANSWER)
          .with(BenchmarkQuestion.GROUPS, String.join("\n", new TreeSet<>(capabilities)));
    }
  }
}
