package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.TextTable;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.endpoint.budget.BudgetCounts;
import io.prumerge.endpoint.budget.BudgetJudgement;
import io.prumerge.endpoint.budget.BudgetProbe;
import io.prumerge.endpoint.budget.BudgetVerdict;
import io.prumerge.image.rule.PictureTokens;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.plan.ServedRule;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.RunSetting;
import io.prumerge.spark.Endpoints;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code probe}: asks a server for budgets of visual tokens, and tells what it counts. */
@Command(
    name = "probe",
    description =
        "Asks a server for budgets of visual tokens with four made pictures, and tells whether it"
            + " counts what it is asked for.")
final class ProbeCommand implements Callable<Integer> {

  /** What counts alone cannot tell. */
  private static final String UNSEEN =
      "Counts can't show a server that states what it was asked for and serves something else,"
          + " pictures that are shrunk before a model that enlarges them again, or tokens that are"
          + " merged after they are counted: compare answers, too";

  @Spec private CommandSpec spec;

  @Mixin
  private final GivenOption<String> model =
      GivenOption.text(Setting.MODEL)
          .help("MODEL", "The model behind an endpoint: openai:URL#NAME.")
          .required();

  @Mixin private MethodFlags methods;

  @Mixin
  private final GivenOption<String> tokensBy =
      GivenOption.text(Setting.TOKENS_BY).help("RULE", RunSetting.TOKENS_BY_HELP);

  @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

  /**
   * What one budget counted.
   *
   * @param expected null if no rule is known
   */
  private record Line(
      String method, List<Integer> expected, List<Integer> counted, List<Integer> reversed) {

    static Line of(BudgetCounts counts) {
      return new Line(
          counts.budget(),
          counts
              .expected()
              .map(tokens -> tokens.stream().map(PictureTokens::visual).toList())
              .orElse(null),
          numbers(counts.counted()),
          numbers(counts.reversed()));
    }

    private static List<Integer> numbers(List<OptionalInt> counts) {
      List<Integer> numbers = new ArrayList<>();
      counts.forEach(count -> numbers.add(Optionals.orNull(count)));
      return numbers;
    }
  }

  /** A verdict in words; on what is refused and on the rest, two. */
  private record Verdict(String verdict, List<String> methods, String sentence) {

    static List<Verdict> of(BudgetJudgement judgement) {
      List<Verdict> verdicts = new ArrayList<>();
      verdicts.add(
          new Verdict(judgement.verdict().spelling(), judgement.at(), judgement.sentence()));
      judgement.others().ifPresent(others -> verdicts.addAll(of(others)));
      return verdicts;
    }
  }

  @Override
  public Integer call() {
    Endpoint endpoint = OptionChecks.read(Setting.MODEL, model.get(), Endpoint::parse);
    List<TokenReducer> budgets = TokenReducers.of(methods.asked());
    requireSent(methods.asked(), budgets);
    Optional<ServedRule> rule = ServedRule.of(tokensBy.find(), endpoint.name());
    Console console = Console.of(spec.commandLine());
    VisionEndpoint server = Endpoints.open(endpoint, VideoAs.PICTURES, new SparkConf());
    server.probe();
    BudgetProbe probe =
        console.during(
            Text.format(
                "Asking %s for %s",
                endpoint, Texts.count(BudgetProbe.requests(budgets.size()), "token")),
            () ->
                BudgetProbe.of(
                    server,
                    budgets,
                    ServedRule.expecting(rule),
                    ThreadLocalRandom.current().nextInt(BudgetProbe.MARKS)));
    Map<String, BudgetJudgement> judgements = probe.judgements();
    if (json.get()) {
      console.out().println(Json.write(document(endpoint, rule, probe, judgements)));
    } else {
      tell(console, rule, probe, judgements);
    }
    return ExitCode.DONE;
  }

  private static void requireSent(List<MethodSpec> methods, List<TokenReducer> budgets) {
    List<MethodSpec> others =
        budgets.stream().filter(one -> !one.isSent()).map(TokenReducer::spec).toList();
    if (!others.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot ask a server under %s: give %s request:FIELD=N, resize:pixels=N,"
                  + " resize:longest=N or none",
              others, Setting.METHOD));
    }
    OptionChecks.requireDistinct(Setting.METHOD, methods);
  }

  private static Map<String, Object> document(
      Endpoint endpoint,
      Optional<ServedRule> rule,
      BudgetProbe probe,
      Map<String, BudgetJudgement> judgements) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", endpoint.toString());
    document.put("tokens_by", rule.map(ServedRule::toString).orElse(null));
    document.put("pictures", BudgetProbe.shapes());
    document.put("budgets", probe.counts().stream().map(Line::of).toList());
    Map<String, List<Verdict>> verdicts = new LinkedHashMap<>();
    judgements.forEach((group, judgement) -> verdicts.put(group, Verdict.of(judgement)));
    document.put("verdicts", verdicts);
    return document;
  }

  private void tell(
      Console console,
      Optional<ServedRule> rule,
      BudgetProbe probe,
      Map<String, BudgetJudgement> judgements) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(new ArrayList<>(List.of("counted (expected)")));
    cells.get(0).addAll(BudgetProbe.shapes());
    probe.counts().forEach(budget -> cells.add(cells(budget)));
    TextTable.aligned(cells, 1).forEach(console.out()::println);
    console.out().println();
    console
        .out()
        .println(
            rule.map(
                    known ->
                        Text.format(
                            "Expected by the rule %s%s",
                            known, tokensBy.isGiven() ? "" : ", as the model's name tells"))
                .orElse(
                    "No rule is known of this model; give --tokens-by to compare with what it"
                        + " should count"));
    judgements.forEach((group, judgement) -> tell(console, group, judgement));
    if (judgements.values().stream()
        .anyMatch(judgement -> judgement.verdict() == BudgetVerdict.AS_ASKED)) {
      TextTable.wrapped(UNSEEN, console.width(), "").forEach(console.out()::println);
    }
  }

  private static void tell(Console console, String group, BudgetJudgement judgement) {
    TextTable.wrapped(
            Text.format("%s: %s. %s", group, judgement.verdict().spelling(), judgement.sentence()),
            console.width(),
            "  ")
        .forEach(console.out()::println);
    judgement.others().ifPresent(others -> tell(console, group, others));
  }

  private static List<String> cells(BudgetCounts budget) {
    List<String> cells = new ArrayList<>(List.of(budget.budget()));
    for (int i = 0; i < BudgetProbe.shapes().size(); i++) {
      int place = i;
      String counted =
          budget.refusal().isPresent()
              ? "refused"
              : budget.counted().get(i).isPresent()
                  ? Text.format("%,d", budget.counted().get(i).getAsInt())
                  : "-";
      cells.add(
          counted
              + budget
                  .expected()
                  .map(tokens -> Text.format(" (%,d)", tokens.get(place).visual()))
                  .orElse(""));
    }
    return cells;
  }
}
