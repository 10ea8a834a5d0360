package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.ReviewScores;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.OutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
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
                question.toQuestion(prompts.prompt(name(), PromptParts.of(question.question()))));
    Optional<Path> file = source.find(LlavaBenchQuestions.FILE, LlavaBenchQuestions.FOLDER);
    if (file.isPresent()) {
      LlavaBenchQuestions.official(file.get(), source, questions);
      return;
    }
    String none =
        Text.format(
            "No %s in %s; LLaVA-Bench is read from its folder %s or from Hugging Face's Parquet"
                + " files",
            LlavaBenchQuestions.FILE, source.described(), LlavaBenchQuestions.FOLDER);
    LlavaBenchQuestions.hub(table(source, none, LlavaBenchQuestions.COLUMNS), source, questions);
  }

  /** Returns the reference's answer, or empty text, because reviews can be scored without it. */
  @Override
  public Optional<String> gold(Reference reference) {
    return Optional.of(reference.answers().stream().findFirst().orElse(""));
  }

  /**
   * Returns a tenth of the candidate's points; {@link Statistic#RELATIVE} computes the metric from
   * them.
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

    /** Recognises a file by its first line, because answer files have similar names. */
    @Override
    public boolean recognises(Path path, Configuration hadoop) throws IOException {
      return JsonBeginning.hasField(path, hadoop, POINTS, OLD_POINTS);
    }

    @Override
    public boolean judged() {
      return true;
    }

    @Override
    public void read(
        Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
        throws IOException {
      JsonLines.read(
          path,
          hadoop,
          leftOut,
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
            Text.format(
                "\"%s\" must be two numbers, it is %s",
                name, points.isMissingNode() ? "absent" : points));
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
    public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
        throws IOException {
      Path file = new Path(folder, FILE);
      try (OutputStream out = OutputFile.create(file.getFileSystem(hadoop), file, false)) {
        while (answers.hasNext()) {
          AnsweredQuestion answered = answers.next();
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

  /**
   * Asks a judge for reviews, with the layout of LLaVA's {@code eval_gpt_review_bench.py}: context,
   * question, the reference's answer, the candidate's answer, and instructions. Deviation: the
   * instructions are LLaVA's only if its {@code rule.json} is the prompt, and the system message is
   * always this project's.
   */
  private static final class LlavaBenchJudging implements Judging {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SYSTEM =
        "You judge how good answers to questions are, fairly and precisely.";
    private static final String ROLE = "Assistant";

    private static final String RULE =
        """
        Two assistants answered the question above about an image that you cannot see; the context describes it. Judge both \
        answers by how helpful, relevant, accurate and detailed they are, whatever their order. Write two numbers from 1 to \
        10 into the first line, the first assistant's and then the second's, with one space between and nothing else. Give \
        your reasons in the lines after it.\
        """;

    private static final double TEMPERATURE = 0.2;
    private static final int MAX_TOKENS = 1024;

    @Override
    public String model() {
      return "gpt-4-0314";
    }

    @Override
    public String ask(
        Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
        throws IOException {
      String caption = question.extra().get(LlavaBenchQuestions.Item.CAPTION);
      if (caption == null || question.answers().isEmpty()) {
        throw new DataException(
            Text.format(
                "A judge needs a caption and the reference's answer to question %s; put"
                    + " context.jsonl and answers_gpt4.jsonl next to questions.jsonl",
                question.id()));
      }
      Optional<JsonNode> rule =
          prompt.isPresent()
              ? Optional.of(rule(prompt.get(), question.category()))
              : Optional.empty();
      String role = rule.map(node -> node.path("role").asText(ROLE)).orElse(ROLE);
      String user =
          Text.format(
              "[Context]\n%s\n\n[Question]\n%s\n\n%s%s[System]\n%s\n\n",
              caption,
              question.question(),
              section(role + " 1", question.answers().get(0)),
              section(role + " 2", answer),
              rule.map(node -> node.path("prompt").asText()).orElse(RULE));
      return judge.reply(new JudgeRequest(SYSTEM, user, TEMPERATURE, MAX_TOKENS));
    }

    private static String section(String who, String answer) {
      return Text.format("[%s]\n%s\n\n[End of %s]\n\n", who, answer, who);
    }

    private static JsonNode rule(String rules, String category) {
      String name = "llava_bench_" + category;
      JsonNode rule;
      try {
        rule = MAPPER.readTree(rules).path(name);
      } catch (JsonProcessingException e) {
        throw new DataException(
            "The judge's prompt must be JSON like LLaVA's rule.json: " + e.getOriginalMessage(), e);
      }
      if (!rule.path("prompt").isTextual()) {
        throw new DataException(
            Text.format(
                "The judge's prompt has no \"prompt\" in \"%s\", as LLaVA's rule.json has", name));
      }
      return rule;
    }
  }

  /**
   * LLaVA-Bench's files: {@code questions.jsonl} with {@code context.jsonl} (captions by image) and
   * {@code answers_gpt4.jsonl} (the reference's answers by question) next to it, or Hugging Face's
   * Parquet files.
   */
  private static final class LlavaBenchQuestions {

    static final String FOLDER = "llava-bench-in-the-wild";
    static final String FILE = "questions.jsonl";

    private static final String ID = "question_id";
    private static final String IMAGE = "image";
    private static final String CATEGORY = "category";
    private static final String CAPTION = "caption";
    private static final String TEXT = "text";

    private static final String QUESTION = "question";
    private static final String ANSWER = "gpt_answer";

    /** Columns of Hugging Face's table. */
    static final Set<String> COLUMNS = Set.of(ID, QUESTION, CATEGORY, CAPTION, ANSWER);

    private LlavaBenchQuestions() {}

    /** Reads the rows of Hugging Face's table. */
    static void hub(HuggingFaceTable table, SourceFiles source, Consumer<Item> sink)
        throws IOException {
      Set<String> ids = new HashSet<>();
      source
          .leftOut()
          .<HuggingFaceRow>read(
              rows -> table.read(COLUMNS, Set.of(IMAGE, "image_id"), rows),
              row -> sink.accept(ofRow(row, ids)));
    }

    private static Item ofRow(HuggingFaceRow row, Set<String> ids) {
      JsonNode id = row.id(ID);
      String image = row.optionalText("image_id").orElse(id.asText());
      return checked(
          new Item(
              id,
              row.place(IMAGE, image, 0),
              row.text(QUESTION),
              row.text(CATEGORY),
              row.optionalText(CAPTION),
              row.optionalText(ANSWER)),
          ids,
          row::error);
    }

    /** Reads LLaVA's file, with what a judge needs in addition. */
    static void official(Path file, SourceFiles source, Consumer<Item> sink) throws IOException {
      JudgesFile captions =
          JudgesFile.read(
              source, "context.jsonl", line -> line.text(IMAGE), LlavaBenchQuestions::caption);
      JudgesFile answers =
          JudgesFile.read(
              source, "answers_gpt4.jsonl", line -> line.id(ID).asText(), line -> line.text(TEXT));
      Set<String> ids = new HashSet<>();
      JsonLines.read(
          file,
          source,
          ID,
          line -> {
            JsonNode id = line.id(ID);
            String image = ImageName.checked(line.text(IMAGE), line);
            sink.accept(
                checked(
                    new Item(
                        id,
                        Optional.of(new ImagePlace.InFolder(image)),
                        line.text(TEXT),
                        line.text(CATEGORY),
                        captions.about(image, line),
                        answers.about(id.asText(), line)),
                    ids,
                    line::error));
          });
    }

    /**
     * Texts of a file that only a judge needs.
     *
     * @param texts by image or question
     * @param unread its lines that cannot be read, which may be those about what has no text
     */
    private record JudgesFile(String name, SideRows<String, String> texts, LeftOutRows unread) {

      static JudgesFile read(
          SourceFiles source,
          String name,
          Function<JsonLine, String> key,
          Function<JsonLine, String> text)
          throws IOException {
        Optional<Path> file = source.find(name, FOLDER);
        if (file.isEmpty()) {
          return new JudgesFile(name, new SideRows<>(source.leftOut()), new LeftOutRows());
        }
        JudgesFile read =
            new JudgesFile(
                name, new SideRows<>(source.leftOut()), source.leftOut().whereNeeded(name));
        JsonLines.read(
            file.get(),
            source.hadoop(),
            read.unread,
            line -> read.texts.put(key.apply(line), text.apply(line)));
        return read;
      }

      /**
       * Returns the text about an image or a question, if there is one.
       *
       * @throws DataException if one may be in a line that cannot be read
       */
      Optional<String> about(String key, JsonLine question) {
        String text = texts.get(key);
        if (text == null && unread.count() > 0) {
          throw question.error(
              Text.format(
                  "%s has no line about %s that can be read: %s", name, key, unread.reasons()));
        }
        return Optional.ofNullable(text);
      }
    }

    /** Some captions are lists of sentences. */
    private static String caption(JsonLine line) {
      return line.object().path(CAPTION).isArray()
          ? String.join("\n", line.texts(CAPTION))
          : line.text(CAPTION);
    }

    private static Item checked(
        Item question, Set<String> ids, Function<String, DataException> error) {
      if (!Item.CATEGORIES.contains(question.category())) {
        throw error.apply(
            Text.format(
                "question %s has the unknown category '%s'; known: %s",
                question.id(), question.category(), String.join(", ", Item.CATEGORIES)));
      }
      if (!ids.add(question.id().asText())) {
        throw error.apply(Text.format("question %s stands there already", question.id())).ofFile();
      }
      return question;
    }

    /**
     * One question of LLaVA-Bench.
     *
     * @param id the file's own id
     * @param caption description of the image that the reference was given; only a judge needs it
     * @param answer the reference's answer; only a judge needs it
     */
    private record Item(
        JsonNode id,
        Optional<ImagePlace> image,
        String question,
        String category,
        Optional<String> caption,
        Optional<String> answer) {

      /** Key in {@link BenchmarkQuestion#extra} of the caption. */
      static final String CAPTION = "caption";

      static final List<String> CATEGORIES = List.of("complex", "conv", "detail");

      BenchmarkQuestion toQuestion(String prompt) {
        BenchmarkQuestion asked =
            BenchmarkQuestion.of(
                id,
                image,
                prompt,
                question,
                category,
                answer.stream().toList(),
                BenchmarkQuestion.LONG_ANSWER);
        return caption.map(text -> asked.with(CAPTION, text)).orElse(asked);
      }
    }
  }
}
