package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.PackedFile;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * MM-Vet (Yu et al., 2023): 218 open questions, each with the capabilities that it requires. Read
 * from the official {@code mm-vet.json} or from Hugging Face's Parquet files; LLaVA's question file
 * has no further information. A judge grades the answers: {@link #score} takes the grades, one line
 * for each run of the judge.
 */
public final class MmVetBenchmark extends PublishedBenchmark {

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
  public List<MetricRule> metrics(String profile) {
    return List.of(
        new MetricRule(
            "total",
            Statistic.MEAN,
            MetricRule.Pooling.QUESTIONS,
            Set.of(),
            MetricRule.Breakdown.OVERALL),
        MetricRule.grouped("score", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    QuestionIds ids = new QuestionIds();
    Consumer<MmVetQuestion> questions =
        question -> sink.accept(question.asked(prompt(prompts, question)));
    Optional<Path> file = source.find(FILE, FOLDER);
    if (file.isPresent()) {
      JsonItems.fields(
          file.get(),
          source.hadoop(),
          (id, line) -> questions.accept(MmVetQuestion.of(id, line, ids)));
      return;
    }
    String none =
        String.format(
            Locale.ROOT,
            "No %s in %s; MM-Vet is read from the official archive, unpacked into LLaVA's folder or elsewhere, or from Hugging Face's Parquet files",
            FILE,
            source.described());
    table(source, none, MmVetQuestion.COLUMNS)
        .read(
            MmVetQuestion.COLUMNS,
            Set.of(MmVetQuestion.IMAGE),
            row -> questions.accept(MmVetQuestion.of(row, ids)));
  }

  private String prompt(PromptProfile prompts, MmVetQuestion question) {
    return prompts.prompt(name(), PromptParts.of(question.question()));
  }

  /**
   * The mean of the runs' grades. If a grade is not a number from 0 to 1, the answer is unparsed
   * with score 0.
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
        Results.FORMAT);
  }

  @Override
  public Optional<Judging> judging() {
    return Optional.of(new MmVetJudging());
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(Results.FORMAT);
  }

  /** The result file for MM-Vet's evaluator: one object of answers by id. */
  private enum Results implements AnswerFormat, Submission {
    FORMAT;

    static final String FILE = "mm-vet.json";

    private static final ObjectMapper MAPPER =
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Override
    public boolean recognises(Path path, Configuration hadoop) throws IOException {
      return PackedFile.name(path).endsWith(".json")
          && JsonBeginning.of(path, hadoop)
              .filter(beginning -> beginning.value() == JsonToken.VALUE_STRING)
              .isPresent();
    }

    @Override
    public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink)
        throws IOException {
      JsonLine document = JsonDocument.read(path, hadoop);
      Iterator<Map.Entry<String, JsonNode>> fields = document.object().fields();
      while (fields.hasNext()) {
        String id = fields.next().getKey();
        sink.accept(
            GivenAnswer.of(
                MmVetQuestion.vetId(id), document.text(id), document.file() + ": " + id));
      }
    }

    @Override
    public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
        throws IOException {
      Map<String, String> document = new LinkedHashMap<>();
      while (answers.hasNext()) {
        Answered answered = answers.next();
        document.put(answered.question().fileId().asText(), answered.answer());
      }
      Path file = new Path(folder, FILE);
      try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
        MAPPER.writeValue(out, document);
      }
    }
  }
}
