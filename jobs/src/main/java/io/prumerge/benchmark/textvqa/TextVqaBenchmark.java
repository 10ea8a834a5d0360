package io.prumerge.benchmark.textvqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.lang.Text;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * TextVQA (Singh et al., 2019): read from LLaVA's question file with the official one for the
 * answers; or from the official one alone, with OCR tokens if the Rosetta file is next to it; or
 * from lmms-lab/textvqa. Scoring follows LLaVA's {@code eval_textvqa.py} and {@code
 * m4c_evaluator.py}; lmms-eval computes the same.
 */
public final class TextVqaBenchmark extends PublishedBenchmark {

  static final String NAME = "textvqa";

  private static final ProfileRule RULE = AnswerRules.of("vqa", Map.of(AnswerRules.PARSER, "m4c"));

  public TextVqaBenchmark() {
    super(NAME, "val");
  }

  @Override
  public Optional<HubData> hubData() {
    return Optional.of(HubData.ofLmmsLab("textvqa", "data/validation-*"));
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "LLaVA's question file with the official one",
        "the official question file, Rosetta's OCR tokens next to it",
        "Parquet files of lmms-lab/textvqa");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        new MetricRule("accuracy", Statistic.MEAN, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<Files> found = Files.in(source);
    if (found.isPresent()) {
      read(found.get(), source, prompts, sink);
    } else {
      TextVqaQuestions questions =
          new TextVqaQuestions(Optional.empty(), Optional.empty(), prompts, sink);
      HuggingFaceTable table = Files.table(source);
      source
          .leftOut()
          .<HuggingFaceRow>read(
              rows ->
                  table.read(
                      Set.of("question_id", "image_id", "question", "image", "ocr_tokens"),
                      Set.of("answers"),
                      rows),
              questions::huggingFace);
    }
  }

  private static void read(
      Files files, SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Path file = files.questions().path();
    if (files.official()) {
      Optional<TextVqaQuestions.Tokens> tokens = Optional.empty();
      if (files.tokens().isPresent()) {
        tokens = Optional.of(TextVqaQuestions.Tokens.read(files.tokens().get(), source));
      }
      TextVqaQuestions questions = new TextVqaQuestions(Optional.empty(), tokens, prompts, sink);
      JsonItems.arrayIn(file, "data", source, questions::official);
    } else {
      Optional<TextVqaQuestions.Answers> answers = Optional.empty();
      if (files.annotations().isPresent()) {
        answers = Optional.of(TextVqaQuestions.Answers.read(files.annotations().get(), source));
      }
      TextVqaQuestions questions = new TextVqaQuestions(answers, Optional.empty(), prompts, sink);
      JsonLines.read(file, source, questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return RULE.score(answer, reference);
  }

  @Override
  public String key(BenchmarkQuestion question) {
    return TextVqaPrompt.Key.of(question.extra().get(TextVqaQuestions.IMAGE), question.question())
        .text();
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(new LlavaAnswers(line -> TextVqaPrompt.Key.of(line, "prompt").text()));
  }

  /**
   * The files of TextVQA to read.
   *
   * @param questions LLaVA's question file or the official one
   * @param annotations the official file, which has questions and answers; LLaVA's has no answers
   * @param tokens the tokens that the Rosetta OCR system read, if the file exists
   */
  private record Files(QuestionFile questions, Optional<Path> annotations, Optional<Path> tokens) {

    private static final String SPLITS = "train|val|test";
    private static final SplitFiles LLAVA =
        new SplitFiles("llava_textvqa_", SPLITS, "_v051_ocr.jsonl", "textvqa");
    private static final SplitFiles OFFICIAL =
        new SplitFiles("TextVQA_0.5.1_", SPLITS, ".json", "annotations");
    private static final List<SplitFiles> KINDS = List.of(LLAVA, OFFICIAL);
    private static final SplitFiles TOKENS =
        new SplitFiles("TextVQA_Rosetta_OCR_v0.2_", SPLITS, ".json", "annotations");

    static Optional<Files> in(SourceFiles source) throws IOException {
      Optional<QuestionFile> questions = QuestionFile.in(source, KINDS, Set.of());
      if (questions.isEmpty()) {
        return Optional.empty();
      }
      String split = questions.get().split();
      return Optional.of(
          new Files(questions.get(), OFFICIAL.find(split, source), TOKENS.find(split, source)));
    }

    /** Returns the table to read if there is no question file. */
    static HuggingFaceTable table(SourceFiles source) throws IOException {
      return QuestionFile.table(
          source, KINDS, "validation", "question_id", "image_id", "question", "ocr_tokens");
    }

    boolean official() {
      return questions.kind().equals(OFFICIAL);
    }
  }

  /** Converts TextVQA's questions, in any layout. */
  private static final class TextVqaQuestions {

    /** Key in {@link BenchmarkQuestion#extra()} of the image's id, which answer files contain. */
    static final String IMAGE = "image_id";

    private static final String CATEGORY = "default";

    private final Optional<Answers> answers;
    private final Optional<Tokens> tokens;
    private final PromptProfile prompts;
    private final Consumer<BenchmarkQuestion> sink;
    private final QuestionIds imageIds = new QuestionIds();

    /**
     * @param answers for LLaVA's questions, whose file has none
     * @param tokens for the official questions, whose file has none
     */
    TextVqaQuestions(
        Optional<Answers> answers,
        Optional<Tokens> tokens,
        PromptProfile prompts,
        Consumer<BenchmarkQuestion> sink) {
      this.answers = answers;
      this.tokens = tokens;
      this.prompts = prompts;
      this.sink = sink;
    }

    /** Adds the question in a line of LLaVA's file, whose id is the image's. */
    void llava(JsonLine line) {
      JsonNode id = line.id("question_id");
      String text = line.text("text");
      TextVqaPrompt.Key key = TextVqaPrompt.Key.of(line, "text");
      String question = TextVqaPrompt.question(text).orElseThrow();
      PromptParts parts = parts(question, TextVqaPrompt.tokens(text));
      accept(
          imageIds.next(id.asText()),
          id,
          id.asText(),
          new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
          prompts.prompt(TextVqaBenchmark.NAME, parts, text),
          question,
          answers.map(all -> all.of(key, line)).orElse(List.of()));
    }

    /** Adds the question in an element of the official file. */
    void official(JsonLine line) {
      JsonNode id = line.id("question_id");
      String image = line.id("image_id").asText();
      String imageName = ImageName.checked(image + ".jpg", line);
      String question = line.text("question");
      List<String> read = tokens.map(all -> orBlank(all.of(image, line))).orElse(List.of());
      accept(
          id.asText(),
          id,
          image,
          new ImagePlace.InFolder(imageName),
          prompts.prompt(TextVqaBenchmark.NAME, parts(question, read)),
          question,
          HumanAnswers.read(line));
    }

    /** Adds the question in a row of the Hugging Face table, which has the tokens too. */
    void huggingFace(HuggingFaceRow row) {
      JsonNode id = row.id("question_id");
      String image = row.text("image_id");
      String question = row.text("question");
      accept(
          id.asText(),
          id,
          image,
          row.place("image", image + ".jpg", 0).orElseThrow(() -> row.error("'image' is null")),
          prompts.prompt(TextVqaBenchmark.NAME, parts(question, orBlank(row.texts("ocr_tokens")))),
          question,
          HumanAnswers.strings(row));
    }

    /** Keeps the line of tokens even if OCR read none, as LLaVA does. */
    private static List<String> orBlank(List<String> tokens) {
      return tokens.isEmpty() ? List.of("") : tokens;
    }

    private static PromptParts parts(String question, List<String> tokens) {
      return new PromptParts(question, "", List.of(), tokens);
    }

    private void accept(
        String ours,
        JsonNode id,
        String image,
        ImagePlace place,
        String prompt,
        String question,
        List<String> people) {
      sink.accept(
          BenchmarkQuestion.of(
                  id,
                  Optional.of(place),
                  prompt,
                  question,
                  CATEGORY,
                  people,
                  BenchmarkQuestion.SHORT_ANSWER)
              .withId(ours)
              .with(IMAGE, image));
    }

    /** The human answers in the official file, for the questions of LLaVA's file. */
    private static final class Answers {

      private final String file;
      private final SideRows<TextVqaPrompt.Key, List<String>> byKey;

      private Answers(String file, SourceFiles source) {
        this.file = file;
        byKey = new SideRows<>(source.leftOut());
      }

      static Answers read(Path file, SourceFiles source) throws IOException {
        Answers answers = new Answers(file.getName(), source);
        JsonItems.arrayIn(
            file, "data", source.hadoop(), source.leftOut().beside(file.getName()), answers::add);
        return answers;
      }

      private void add(JsonLine line) {
        String image = line.id("image_id").asText();
        String question = line.text("question");
        List<String> answers = HumanAnswers.read(line);
        List<String> before = byKey.putIfAbsent(TextVqaPrompt.Key.of(image, question), answers);
        if (before != null && !before.equals(answers)) {
          throw line.error(
                  Text.format(
                      "image %s is asked '%s' twice, with other answers; LLaVA's questions are told"
                          + " apart by image and text",
                      image, question))
              .ofFile();
        }
      }

      /** Returns the answers to the question in {@code line}. */
      List<String> of(TextVqaPrompt.Key key, JsonLine line) {
        List<String> answers = byKey.get(key);
        if (answers == null) {
          throw line.error(
                  Text.format(
                      "%s has no question '%s' for image %s", file, key.question(), key.image()))
              .unmatched();
        }
        return answers;
      }
    }

    /** The tokens that an OCR system read in TextVQA's images. */
    private static final class Tokens {

      private final String file;
      private final SideRows<String, List<String>> byImage;

      private Tokens(String file, SourceFiles source) {
        this.file = file;
        byImage = new SideRows<>(source.leftOut());
      }

      static Tokens read(Path file, SourceFiles source) throws IOException {
        Tokens tokens = new Tokens(file.getName(), source);
        JsonItems.arrayIn(
            file,
            "data",
            source.hadoop(),
            source.leftOut().beside(file.getName()),
            line -> tokens.byImage.put(line.id("image_id").asText(), line.texts("ocr_tokens")));
        return tokens;
      }

      /** Returns the tokens read in the image of the question in {@code line}. */
      List<String> of(String image, JsonLine line) {
        List<String> tokens = byImage.get(image);
        if (tokens == null) {
          throw line.error(Text.format("%s says nothing about image %s", file, image));
        }
        return tokens;
      }
    }
  }

  /** Extracts the bare question and the OCR tokens from LLaVA's TextVQA prompts. */
  static final class TextVqaPrompt {

    private static final String TOKENS = "Reference OCR token: ";
    private static final String SEPARATOR = ", ";
    private static final String OLD_START = "OCR tokens: ";
    private static final Pattern OLD_QUESTION =
        Pattern.compile("Question: (.*?) Short answer:", Pattern.DOTALL);

    private TextVqaPrompt() {}

    /**
     * Returns the question as found by {@code prompt_processor} of LLaVA's {@code eval_textvqa.py},
     * in its original spelling. Of two lines it is the first. Of three lines with OCR tokens it is
     * the first, or the second if the tokens come first. In the older wording it is the text
     * between the labels.
     *
     * @return empty if the reference finds none
     */
    static Optional<String> question(String prompt) {
      if (prompt.startsWith(OLD_START)) {
        Matcher old = OLD_QUESTION.matcher(prompt);
        return old.find() ? Optional.of(old.group(1)) : Optional.empty();
      }
      String[] lines = prompt.split("\n", -1);
      if (lines.length == 3 && prompt.contains(TOKENS)) {
        return Optional.of(prompt.startsWith(TOKENS.strip()) ? lines[1] : lines[0]);
      }
      return lines.length == 2 ? Optional.of(lines[0]) : Optional.empty();
    }

    /**
     * Returns the tokens of the line that lists them, split at comma and space, which also splits a
     * token that contains these.
     *
     * @return one empty token if the line has none; empty without such a line
     */
    static List<String> tokens(String prompt) {
      return prompt
          .lines()
          .filter(line -> line.startsWith(TOKENS))
          .findFirst()
          .map(line -> Arrays.asList(line.substring(TOKENS.length()).split(SEPARATOR, -1)))
          .orElse(List.of());
    }

    /**
     * The key that matches TextVQA's answers, as in LLaVA's {@code eval_textvqa.py}: image and
     * question, because there are several questions about an image and answer files only have the
     * image's id.
     */
    private record Key(String image, String question) {

      static Key of(String image, String question) {
        return new Key(image, PythonText.lower(question));
      }

      /** Returns the key from a line with the image's id and LLaVA's prompt. */
      static Key of(JsonLine line, String promptField) {
        String prompt = line.text(promptField);
        String question =
            TextVqaPrompt.question(prompt)
                .orElseThrow(
                    () ->
                        line.error(
                            Text.format(
                                "\"%s\" is none of LLaVA's TextVQA prompts (the question, its OCR"
                                    + " tokens or not, the instruction): '%s'",
                                promptField, prompt)));
        return of(line.id("question_id").asText(), question);
      }

      /** Returns the key as {@link Benchmark#key} describes it; an image id has no line end. */
      String text() {
        return image + "\n" + question;
      }
    }
  }
}
