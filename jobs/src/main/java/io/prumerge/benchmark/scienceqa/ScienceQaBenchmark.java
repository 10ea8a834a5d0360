package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * ScienceQA (Lu et al., 2022): questions of two to five choices, about half of them with a picture.
 * Read from the official {@code problems.json} and {@code pid_splits.json}, with the prompts in
 * LLaVA's {@code llava_test_CQM-A.json} beside them if it exists, or from Hugging Face's Parquet
 * files. Scored like LLaVA's {@code eval_science_qa.py}, in the groups of the official {@code
 * evaluate_acc.py}.
 */
public final class ScienceQaBenchmark implements Benchmark {

  /** LLaVA's model_vqa_science. */
  private static final int MAX_NEW_TOKENS = 1024;

  @Override
  public String name() {
    return "scienceqa";
  }

  @Override
  public String defaultSplit() {
    return "test";
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LMMS_EVAL);
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
        source.find(ScienceQaConversations.name(problems.split()), ScienceQaProblems.FOLDER);
    if (conversations.isPresent() && prompts.equals(PromptProfile.LLAVA)) {
      ScienceQaConversations.read(
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
    return new BenchmarkQuestion(
        pid,
        problem.image(),
        prompt,
        problem.question(),
        problem.category(),
        List.of(problem.letter()),
        problem.choices(),
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(
            BenchmarkQuestion.FILE_ID,
            TextNode.valueOf(pid).toString(),
            BenchmarkQuestion.GROUPS,
            String.join("\n", problem.groups())));
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return reference.answers().stream().findFirst();
  }

  /**
   * A letter beyond the problem's choices is -1 in the reference, and so is an answer without a
   * letter.
   */
  @Override
  public Score score(String profile, String answer, Reference reference) {
    OptionalInt index =
        profile.equals(LMMS_EVAL)
            ? ScienceQaParser.lmmsEval(answer)
            : ScienceQaParser.official(answer);
    if (index.isEmpty() || index.getAsInt() >= reference.options().size()) {
      return new Score("", true, 0);
    }
    String letter = ScienceQaProblem.LETTERS.substring(index.getAsInt(), index.getAsInt() + 1);
    return new Score(letter, false, letter.equals(reference.answers().get(0)) ? 1 : 0);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(ScienceQaAnalysis.FORMAT, LlavaAnswers.BY_ID, ScienceQaResults.FORMAT);
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new ScienceQaSubmission());
  }
}
