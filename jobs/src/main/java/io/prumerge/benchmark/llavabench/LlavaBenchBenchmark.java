package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.ReviewScores;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA-Bench (in the wild): 60 open questions about 24 images. A judge compares each answer with
 * that of a text-only GPT-4, which was given a caption. {@link #score} takes the judge's reviews.
 */
public final class LlavaBenchBenchmark extends PublishedBenchmark {

  public LlavaBenchBenchmark() {
    super("llava-bench", "test");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "the folder llava-bench-in-the-wild with questions.jsonl", "Hugging Face's Parquet files");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("score", Statistic.RELATIVE));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Consumer<LlavaBenchQuestions.Item> questions =
        question ->
            sink.accept(
                question.asked(prompts.prompt(name(), PromptParts.of(question.question()))));
    Optional<Path> file = source.find(LlavaBenchQuestions.FILE, LlavaBenchQuestions.FOLDER);
    if (file.isPresent()) {
      LlavaBenchQuestions.official(file.get(), source, questions);
      return;
    }
    String none =
        String.format(
            Locale.ROOT,
            "No %s in %s; LLaVA-Bench is read from its folder %s or from Hugging Face's Parquet files",
            LlavaBenchQuestions.FILE,
            source.described(),
            LlavaBenchQuestions.FOLDER);
    LlavaBenchQuestions.hub(table(source, none, LlavaBenchQuestions.COLUMNS), questions);
  }

  /** The reference's answer, or empty text, because reviews can be scored without it. */
  @Override
  public Optional<String> gold(Reference reference) {
    return Optional.of(reference.answers().stream().findFirst().orElse(""));
  }

  /**
   * A tenth of the candidate's points; {@link Statistic#RELATIVE} computes the metric from them.
   */
  @Override
  public Score score(String profile, String review, Reference reference) {
    ReviewScores scores =
        profile.equals(LMMS_EVAL) ? ReviewScores.lmmsEval(review) : ReviewScores.official(review);
    return scores.equals(ReviewScores.NONE)
        ? new Score("", true, 0)
        : new Score(scores.text(), false, scores.share());
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(Reviews.FORMAT, LlavaAnswers.BY_ID);
  }

  @Override
  public Optional<Judging> judging() {
    return Optional.of(new LlavaBenchJudging());
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new Export());
  }

  /**
   * The review file of LLaVA's {@code eval_gpt_review_bench.py}: JSON Lines with {@code
   * question_id}, {@code content}, the judge's words, and {@code tuple}, the points read from them;
   * older versions call them {@code text} and {@code score}. The points decide: if the official
   * parser finds other points in the content, the points are passed on instead of the content.
   */
  private enum Reviews implements AnswerFormat {
    FORMAT;

    private static final String POINTS = "tuple";
    private static final String OLD_POINTS = "score";

    /** Recognised by the first line, because answer files have similar names. */
    @Override
    public boolean recognises(Path path, Configuration hadoop) throws IOException {
      return JsonBeginning.firstObject(path, hadoop)
          .filter(line -> line.has(POINTS) || line.has(OLD_POINTS))
          .isPresent();
    }

    @Override
    public boolean judged() {
      return true;
    }

    @Override
    public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink)
        throws IOException {
      JsonLines.read(
          path,
          hadoop,
          line -> {
            ReviewScores scores = points(line);
            String content =
                line.optionalText("content").or(() -> line.optionalText("text")).orElse("");
            boolean same = ReviewScores.official(content).equals(scores);
            sink.accept(
                GivenAnswer.of(
                    line.id("question_id").asText(), same ? content : scores.text(), line.where()));
          });
    }

    private static ReviewScores points(JsonLine line) {
      String name = line.object().has(POINTS) ? POINTS : OLD_POINTS;
      JsonNode points = line.object().path(name);
      if (points.size() != 2 || !points.path(0).isNumber() || !points.path(1).isNumber()) {
        throw line.error(
            String.format(
                Locale.ROOT,
                "\"%s\" must be two numbers, it is %s",
                name,
                points.isMissingNode() ? "absent" : points));
      }
      return new ReviewScores(points.path(0).doubleValue(), points.path(1).doubleValue());
    }
  }

  /**
   * LLaVA's answer file, the input of its {@code eval_gpt_review_bench.py}: one line per question,
   * in the order of the questions. {@code answer_id} is the question's id.
   */
  private static final class Export implements Submission {

    static final String FILE = "llava-bench-in-the-wild.jsonl";

    private static final String MODEL = "prumerge-spark";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
        throws IOException {
      Path file = new Path(folder, FILE);
      try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
        while (answers.hasNext()) {
          Answered answered = answers.next();
          BenchmarkQuestion question = answered.question();
          Map<String, Object> line = new LinkedHashMap<>();
          line.put("question_id", question.fileId());
          line.put("prompt", question.prompt());
          line.put("text", answered.answer());
          line.put("answer_id", question.fileId().asText());
          line.put("model_id", MODEL);
          line.put("metadata", Map.of());
          out.write((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }
}
