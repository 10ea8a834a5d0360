package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Submission;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.PackedFile;
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
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result file of the official {@code evaluate_acc.py}: one object whose {@code results} hold
 * the index of the chosen option by pid, -1 for none, and whose {@code outputs}, if present, hold
 * the texts.
 *
 * <p>The index counts. A text is passed on only if the official parser finds the same index in it.
 * Otherwise the index's letter is passed on, which keeps the reading of the file's author: the
 * original GPT-3 results have a random index for texts that could not be parsed.
 */
enum ScienceQaResults implements AnswerFormat {
  FORMAT;

  private static final String RESULTS = "results";

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return PackedFile.name(path).endsWith(".json");
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLine document = JsonDocument.read(path, hadoop);
    JsonNode results = document.object().path(RESULTS);
    if (!results.isObject()) {
      throw document.error(
          "lacks the object \"results\" with an index by pid, as ScienceQA's result files have it");
    }
    JsonNode outputs = document.object().path("outputs");
    Iterator<Map.Entry<String, JsonNode>> fields = results.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String pid = field.getKey();
      OptionalInt index = index(pid, field.getValue(), document);
      JsonNode output = outputs.path(pid);
      String text =
          output.isTextual() && ScienceQaBenchmark.Parser.official(output.textValue()).equals(index)
              ? output.textValue()
              : letter(index);
      sink.accept(
          GivenAnswer.of(
              pid, text, String.format(Locale.ROOT, "%s: %s %s", document.file(), RESULTS, pid)));
    }
  }

  private static String letter(OptionalInt index) {
    return index.isEmpty()
        ? ""
        : ScienceQaProblem.LETTERS.substring(index.getAsInt(), index.getAsInt() + 1);
  }

  /** An integer, or a string of one as the official tool takes it; -1 is none. */
  private static OptionalInt index(String pid, JsonNode value, JsonLine document) {
    int last = ScienceQaProblem.LETTERS.length() - 1;
    // Text that is no number, or too large a number, becomes an index out of range.
    int index = value.isIntegralNumber() || value.isTextual() ? value.asInt(-2) : -2;
    if (index < -1 || index > last) {
      throw document.error(
          String.format(
              Locale.ROOT,
              "\"results\" of problem %s must be an index from -1 to %d, it is %s",
              pid,
              last,
              value));
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
    public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
        throws IOException {
      Map<String, Integer> results = new LinkedHashMap<>();
      Map<String, String> outputs = new LinkedHashMap<>();
      int correct = 0;
      while (answers.hasNext()) {
        Answered answered = answers.next();
        BenchmarkQuestion question = answered.question();
        String pid = question.fileId().asText();
        if (pid.startsWith(ScienceQaProblems.ROW)) {
          throw new DataException(
              Wording.of(
                  "Cannot write ScienceQA's results by pid: Hugging Face's files, which question %s is from, have none; give the official problems.json and pid_splits.json as %s",
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
      try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
        MAPPER.writeValue(out, document);
      }
    }
  }

  /**
   * The other file that LLaVA's {@code eval_science_qa.py} writes ({@code _output.jsonl}, though it
   * is one JSON object): {@code correct} and {@code incorrect}, arrays with {@code question_id} and
   * {@code pred}, the answer's text.
   */
  enum Analysis implements AnswerFormat {
    FORMAT;

    private static final String CORRECT = "correct";

    /** Recognised by its beginning, which differs from LLaVA's answers and the result files. */
    @Override
    public boolean recognises(Path path, Configuration hadoop) throws IOException {
      return JsonBeginning.of(path, hadoop)
          .equals(Optional.of(new JsonBeginning(CORRECT, JsonToken.START_ARRAY)));
    }

    @Override
    public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink)
        throws IOException {
      for (String field : List.of(CORRECT, "incorrect")) {
        JsonItems.arrayIn(
            path,
            field,
            hadoop,
            line ->
                sink.accept(
                    GivenAnswer.of(line.id("question_id").asText(), line.text("pred"), line.where())
                        .withPrompt(line.optionalText("question"))
                        .withTruth(line.optionalText("ground_truth"))));
      }
    }
  }
}
