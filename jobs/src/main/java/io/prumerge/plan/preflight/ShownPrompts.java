package io.prumerge.plan.preflight;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.console.Console;
import io.prumerge.plan.LocalModel;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.PlannedQuestion;
import io.prumerge.plan.RunPlan;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The whole texts that models are asked, with their templates and the images' placeholders. */
public final class ShownPrompts {

  /**
   * What a model is asked.
   *
   * @param template of the conversation
   * @param prompt as the tokenizer gets it
   */
  record Prompt(
      String model,
      String template,
      String benchmark,
      String split,
      String questionId,
      String prompt) {}

  private final List<Prompt> prompts;

  private ShownPrompts(List<Prompt> prompts) {
    this.prompts = List.copyOf(prompts);
  }

  /**
   * Returns the texts of the first questions for each model that runs here; a service has its own
   * template. Reads the models' tokenizers, and no weights.
   *
   * @param most number of questions
   */
  public static ShownPrompts of(RunPlan plan, int most) {
    List<PlannedQuestion> questions = most == 0 ? List.of() : plan.plan().first(most);
    List<Prompt> prompts = new ArrayList<>();
    for (ModelPlan model : questions.isEmpty() ? List.<ModelPlan>of() : plan.models()) {
      model.local().ifPresent(local -> prompts.addAll(prompts(model.title(), local, questions)));
    }
    return new ShownPrompts(prompts);
  }

  private static List<Prompt> prompts(
      String name, LocalModel model, List<PlannedQuestion> questions) {
    Checkpoint checkpoint = model.checkpoint();
    try (LlavaProcessor processor =
        LlavaProcessor.load(checkpoint, model.imageAspect(), model.template())) {
      return questions.stream()
          .map(
              one ->
                  new Prompt(
                      name,
                      model.template(),
                      one.benchmark(),
                      one.split(),
                      one.questionId(),
                      processor.prompts().text(one.prompt(), one.images())))
          .toList();
    }
  }

  List<Prompt> all() {
    return prompts;
  }

  /** Prints the texts, each line behind a bar. */
  public void print(Console console) {
    for (Prompt one : prompts) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%s gets question %s of %s/%s as this text (%s):%n",
              one.model(),
              one.questionId(),
              one.benchmark(),
              one.split(),
              one.template());
      one.prompt().lines().forEach(line -> console.out().println("  | " + line));
      console.out().println();
    }
  }
}
