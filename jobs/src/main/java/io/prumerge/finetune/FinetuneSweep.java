package io.prumerge.finetune;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.ModelChecks;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.SummaryTable;
import io.prumerge.run.Evaluate;
import io.prumerge.run.FinishedRun;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.StartMode;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Trains an adapter for each recipe of a file, then asks the base and all adapters the same
 * questions. Each adapter is compared with the base, with the method that the adapter was trained
 * with. Adapters are in {@code DIR/adapters}, the run in {@code DIR/evaluation}, and in {@code
 * DIR/evaluation-2} after the file got further recipes: a run's models never change.
 */
public final class FinetuneSweep {

  private final SparkSession spark;
  private final Console console;

  /** Creates the command. */
  public FinetuneSweep(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /**
   * Makes the checks that need no session, of the trainings and of the run after them.
   *
   * @throws UsageException if a setting is refused
   */
  public static void check(FinetuneFile file, RunTarget target, Folders folders)
      throws IOException {
    boolean resume = target.start() != StartMode.FRESH;
    List<NewAdapter> adapters = adapters(file.recipes(), new Path(target.output(), "adapters"));
    Finetune.check(file.options(), adapters, resume, target.allowCodeChange(), folders);
    EvaluateOptions base = evaluation(file, List.of());
    base.examples().requirePresent(folders);
    new ModelChecks(folders).check(base);
  }

  /**
   * Trains and evaluates.
   *
   * @param target the sweep's folder, and whether to go on with what was begun
   * @throws Failure if no training can be finished, or the evaluation cannot go on
   */
  public FinishedRun run(FinetuneFile file, RunTarget target) throws IOException {
    boolean fresh = target.start() == StartMode.FRESH;
    List<NewAdapter> adapters = adapters(file.recipes(), new Path(target.output(), "adapters"));
    List<NewAdapter> trained =
        new Finetune(spark, console)
            .run(file.options(), adapters, !fresh, target.allowCodeChange());
    if (trained.isEmpty()) {
      throw new Failure("No training of the sweep could be finished");
    }
    Evaluate evaluate =
        new Evaluate(
            spark, console, plan -> {}, report -> console.table(SummaryTable.cells(report)));
    EvaluateOptions asked = evaluation(file, trained);
    return evaluate.run(
        asked,
        new RunTarget(
            folder(evaluate, asked, new Path(target.output(), "evaluation").toString()),
            fresh ? StartMode.RESUME : target.start(),
            target.allowCodeChange(),
            target.tables()));
  }

  /** Returns the first folder that has no run of other models. */
  private static String folder(Evaluate evaluate, EvaluateOptions asked, String first)
      throws IOException {
    String folder = first;
    for (int number = 2; evaluate.isOfOtherModels(asked, folder); number++) {
      folder = first + "-" + number;
    }
    return folder;
  }

  private static List<NewAdapter> adapters(List<Recipe> recipes, Path folder) {
    List<String> names = recipes.stream().map(Recipe::folderName).toList();
    boolean distinct = Set.copyOf(names).size() == names.size();
    return recipes.stream()
        .map(
            recipe ->
                new NewAdapter(
                    recipe,
                    new Path(
                            folder,
                            distinct ? recipe.folderName() : recipe.folderName() + hash(recipe))
                        .toString()))
        .toList();
  }

  private static String hash(Recipe recipe) {
    return "-" + Sha256.hex(Json.line(recipe).getBytes(StandardCharsets.UTF_8)).substring(0, 8);
  }

  private static EvaluateOptions evaluation(FinetuneFile file, List<NewAdapter> trained) {
    String base = file.options().model();
    List<PinnedModel> models = new ArrayList<>(List.of(PinnedModel.any(base)));
    Set<MethodSpec> methods = new LinkedHashSet<>();
    methods.add(MethodSpec.NONE);
    methods.addAll(file.methods());
    List<String> contrasts = new ArrayList<>();
    for (NewAdapter adapter : trained) {
      PinnedModel tuned = PinnedModel.any(ModelFolders.join(List.of(base, adapter.output())));
      String method = adapter.recipe().method();
      models.add(tuned);
      methods.add(adapter.recipe().methodSpec());
      contrasts.add(Text.format("%s %s:%s %s", tuned.name(), method, models.get(0).name(), method));
    }
    return new EvaluateOptions(
        models,
        AskedExamples.in(file.examples()),
        List.copyOf(methods),
        contrasts,
        new RunSettings().options().with(file.options().settings()).limitedTo(file.limit()));
  }
}
