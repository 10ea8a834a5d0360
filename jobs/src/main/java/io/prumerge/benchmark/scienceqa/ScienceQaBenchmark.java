package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.SourceFiles;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * ScienceQA (Lu et al., 2022): questions of two to five choices, about half of them with a picture.
 * Read from the official {@code problems.json} and {@code pid_splits.json}, with the prompts in
 * LLaVA's {@code llava_test_CQM-A.json} beside them if it exists, or from Hugging Face's Parquet
 * files. Scored like LLaVA's {@code eval_science_qa.py}, in the groups of the official {@code
 * evaluate_acc.py}.
 */
public final class ScienceQaBenchmark extends PublishedBenchmark {

  public ScienceQaBenchmark() {
    super("scienceqa", "test");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "problems.json and pid_splits.json, llava_test_CQM-A.json beside them",
        "problems.json and pid_splits.json",
        "Hugging Face's Parquet files");
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
    ScienceQaProblems problems = ScienceQaProblems.read(source, defaultSplit());
    Optional<Path> conversations =
        source.find(
            ScienceQaProblems.Conversations.name(problems.split()), ScienceQaProblems.FOLDER);
    if (conversations.isPresent() && prompts.equals(PromptProfile.LLAVA)) {
      ScienceQaProblems.Conversations.read(
          conversations.get(),
          source.hadoop(),
          problems,
          (pid, prompt) -> sink.accept(question(pid, problems.byPid().get(pid), prompt)));
    } else {
      problems
          .byPid()
          .forEach((pid, problem) -> sink.accept(question(pid, problem, prompt(prompts, problem))));
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
     * LLaVA's {@code eval_science_qa.py}: the letter alone; the letter, a period and a space at the
     * start; or {@code The answer is X} with one more character, if that occurs once. The answer is
     * not trimmed, and case matters.
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
     * lmms-eval's {@code sqa_process_results}: after trimming, the letter alone in either case, or
     * an upper-case letter and a period at the start.
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
}
