package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.OutputFile;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * ScienceQA (Lu et al., 2022): questions of two to five choices, about half of them with a picture.
 * Read from the official {@code problems.json} and {@code pid_splits.json}, with the prompts in
 * LLaVA's {@code llava_test_CQM-A.json} next to them if it exists, or from Hugging Face's Parquet
 * files. Scored like LLaVA's {@code eval_science_qa.py}, in the groups of the official {@code
 * evaluate_acc.py}.
 */
public final class ScienceQaBenchmark extends PublishedBenchmark {

  public ScienceQaBenchmark() {
    super("scienceqa", "test");
  }

  @Override
  public Optional<HubData> hubData() {
    return Optional.of(HubData.ofLmmsLab("ScienceQA", "ScienceQA-IMG/test-*"));
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "problems.json and pid_splits.json, llava_test_CQM-A.json next to them",
        "problems.json and pid_splits.json",
        "Hugging Face's Parquet files");
  }

  @Override
  public String kindOf(String category) {
    return ScienceQaProblem.kindOf(category);
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(
        MetricRule.within("accuracy_img", Statistic.MEAN, ScienceQaProblem.WITH_IMAGE),
        MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    ScienceQaProblems problems = ScienceQaProblems.read(source, defaultSplit(), prompts);
    Optional<Path> conversations = ScienceQaConversations.find(problems.split(), source, prompts);
    if (conversations.isPresent()) {
      ScienceQaConversations.read(
          conversations.get(),
          source,
          problems,
          (pid, prompt) -> sink.accept(question(pid, problems.byPid().get(pid), prompt)));
    } else {
      source
          .leftOut()
          .ofKept()
          .<String>read(
              problems.byPid().keys()::forEach,
              pid -> {
                ScienceQaProblem problem = problems.byPid().get(pid);
                sink.accept(question(pid, problem, prompt(prompts, problem)));
              });
    }
  }

  private String prompt(PromptProfile prompts, ScienceQaProblem problem) {
    String prompt =
        prompts.prompt(
            name(), PromptParts.choice(problem.question(), problem.hint(), problem.choices()));
    // The script that made LLaVA's file does the same. Only a few hints with a missing word differ.
    return prompts.equals(PromptProfile.LLAVA) ? prompt.replace("  ", " ") : prompt;
  }

  private static BenchmarkQuestion question(String pid, ScienceQaProblem problem, String prompt) {
    return BenchmarkQuestion.of(
            TextNode.valueOf(pid),
            problem.image(),
            prompt,
            problem.question(),
            problem.category(),
            List.of(problem.letter()),
            BenchmarkQuestion.LONG_ANSWER)
        .withOptions(problem.choices())
        .with(BenchmarkQuestion.GROUPS, String.join("\n", problem.groups()));
  }

  /**
   * A letter beyond the problem's choices is -1 in the reference, and so is an answer without a
   * letter.
   */
  @Override
  public Score score(String profile, String answer, Reference reference) {
    OptionalInt index =
        profile.equals(LMMS_EVAL) ? Parser.lmmsEval(answer) : Parser.official(answer);
    if (index.isEmpty() || index.getAsInt() >= reference.options().size()) {
      return new Score("", true, 0);
    }
    String letter = ScienceQaProblem.LETTERS.substring(index.getAsInt(), index.getAsInt() + 1);
    return new Score(letter, false, letter.equals(reference.answers().get(0)) ? 1 : 0);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(ScienceQaResults.Analysis.FORMAT, LlavaAnswers.BY_ID, ScienceQaResults.FORMAT);
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new ScienceQaResults.Export());
  }

  /**
   * Reads the choice that an answer names, as an index into A to E, even if the problem has fewer
   * choices.
   */
  static final class Parser {

    /** The last character is a wildcard in the reference too: anything but a newline. */
    private static final Pattern SENTENCE = Pattern.compile("The answer is ([A-Z])[^\\n]");

    private Parser() {}

    /**
     * Reads an answer as LLaVA's {@code eval_science_qa.py} does: the letter alone; the letter, a
     * period and a space at the start; or {@code The answer is X} with one more character, if that
     * occurs once. The answer is not trimmed, and case matters.
     *
     * @return empty if the reference gives FAILED or a letter beyond E, which it counts as -1
     */
    static OptionalInt official(String answer) {
      if (answer.length() == 1 || answer.length() >= 3 && answer.startsWith(". ", 1)) {
        OptionalInt first = index(answer.charAt(0));
        if (first.isPresent()) {
          return first;
        }
      }
      Matcher sentence = SENTENCE.matcher(answer);
      if (!sentence.find()) {
        return OptionalInt.empty();
      }
      char letter = sentence.group(1).charAt(0);
      return sentence.find() ? OptionalInt.empty() : index(letter);
    }

    /**
     * Reads an answer as lmms-eval's {@code sqa_process_results} does: after trimming, the letter
     * alone in either case, or an upper-case letter and a period at the start.
     */
    static OptionalInt lmmsEval(String answer) {
      String text = PythonText.strip(answer);
      if (text.length() == 1) {
        return index(text.toUpperCase(Locale.ROOT).charAt(0));
      }
      return text.startsWith(".", 1) ? index(text.charAt(0)) : OptionalInt.empty();
    }

    private static OptionalInt index(char letter) {
      int index = ScienceQaProblem.LETTERS.indexOf(letter);
      return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
  }

  /**
   * The result file of the official {@code evaluate_acc.py}: one object whose {@code results} hold
   * the index of the chosen option by pid, -1 for none, and whose {@code outputs}, if present, hold
   * the texts.
   *
   * <p>The index counts. A text is passed on only if the official parser finds the same index in
   * it. Otherwise the index's letter is passed on, which keeps the reading of the file's author:
   * the original GPT-3 results have a random index for texts that could not be parsed.
   */
  enum ScienceQaResults implements AnswerFormat {
    FORMAT;

    private static final String RESULTS = "results";

    @Override
    public boolean recognises(Path path, Configuration hadoop) {
      return PackedFile.hasEnding(path, ".json");
    }

    @Override
    public void read(
        Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
        throws IOException {
      JsonLine document = JsonDocument.read(path, hadoop);
      JsonNode results = document.object().path(RESULTS);
      if (!results.isObject()) {
        throw document.error(
            "lacks the object \"results\" with an index by pid, as ScienceQA's result files have"
                + " it");
      }
      JsonNode outputs = document.object().path("outputs");
      leftOut.<String>read(
          results.fieldNames()::forEachRemaining,
          pid -> {
            OptionalInt index = index(pid, results.path(pid), document);
            JsonNode output = outputs.path(pid);
            String text =
                output.isTextual()
                        && ScienceQaBenchmark.Parser.official(output.textValue()).equals(index)
                    ? output.textValue()
                    : letter(index);
            sink.accept(
                GivenAnswer.of(pid, text, Text.format("%s: %s %s", document.file(), RESULTS, pid)));
          });
    }

    private static String letter(OptionalInt index) {
      return index.isEmpty()
          ? ""
          : ScienceQaProblem.LETTERS.substring(index.getAsInt(), index.getAsInt() + 1);
    }

    /** Returns an integer, or a string of one as the official tool takes it; -1 is none. */
    private static OptionalInt index(String pid, JsonNode value, JsonLine document) {
      int last = ScienceQaProblem.LETTERS.length() - 1;
      // Text that is no number, or too large a number, becomes an index out of range.
      int index = value.isIntegralNumber() || value.isTextual() ? value.asInt(-2) : -2;
      if (index < -1 || index > last) {
        throw document.error(
            Text.format(
                "\"results\" of problem %s must be an index from -1 to %d, it is %s",
                pid, last, value));
      }
      return index == -1 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /**
     * The result file that LLaVA's {@code eval_science_qa.py} writes and the official {@code
     * evaluate_acc.py} reads, see {@link ScienceQaResults}. The answers are held in memory, because
     * {@code acc} precedes them in the file; ScienceQA is small enough for that.
     */
    static final class Export implements Submission {

      static final String FILE = "scienceqa_result.json";

      private static final ObjectMapper MAPPER =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

      @Override
      public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
          throws IOException {
        Map<String, Integer> results = new LinkedHashMap<>();
        Map<String, String> outputs = new LinkedHashMap<>();
        int correct = 0;
        while (answers.hasNext()) {
          AnsweredQuestion answered = answers.next();
          BenchmarkQuestion question = answered.question();
          String pid = question.fileId().asText();
          if (pid.startsWith(ScienceQaProblems.ROW)) {
            throw new DataException(
                Wording.of(
                    "Cannot write ScienceQA's results by pid: Hugging Face's files, which question"
                        + " %s is from, have none; give the official problems.json and"
                        + " pid_splits.json as %s",
                    pid, Setting.SOURCE));
          }
          OptionalInt parsed = ScienceQaBenchmark.Parser.official(answered.answer());
          int index =
              parsed.isPresent() && parsed.getAsInt() < question.options().size()
                  ? parsed.getAsInt()
                  : -1;
          results.put(pid, index);
          outputs.put(pid, answered.answer());
          if (index == ScienceQaProblem.LETTERS.indexOf(question.answers().get(0))) {
            correct++;
          }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("acc", results.isEmpty() ? 0.0 : 100.0 * correct / results.size());
        document.put("correct", correct);
        document.put("count", results.size());
        document.put("results", results);
        document.put("outputs", outputs);
        Path file = new Path(folder, FILE);
        try (OutputStream out = OutputFile.create(file.getFileSystem(hadoop), file, false)) {
          MAPPER.writeValue(out, document);
        }
      }
    }

    /**
     * The other file that LLaVA's {@code eval_science_qa.py} writes ({@code _output.jsonl}, though
     * it is one JSON object): {@code correct} and {@code incorrect}, arrays with {@code
     * question_id} and {@code pred}, the answer's text.
     */
    enum Analysis implements AnswerFormat {
      FORMAT;

      private static final String CORRECT = "correct";

      /**
       * Recognises a file by its beginning, which differs from LLaVA's answers and the result
       * files.
       */
      @Override
      public boolean recognises(Path path, Configuration hadoop) throws IOException {
        return JsonBeginning.of(path, hadoop)
            .equals(Optional.of(new JsonBeginning(CORRECT, JsonToken.START_ARRAY)));
      }

      @Override
      public void read(
          Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
          throws IOException {
        for (String field : List.of(CORRECT, "incorrect")) {
          JsonItems.arrayIn(
              path,
              field,
              hadoop,
              leftOut,
              line ->
                  sink.accept(
                      GivenAnswer.of(
                              line.id("question_id").asText(), line.text("pred"), line.where())
                          .withPrompt(line.optionalText("question"))
                          .withTruth(line.optionalText("ground_truth"))));
        }
      }
    }
  }
}
