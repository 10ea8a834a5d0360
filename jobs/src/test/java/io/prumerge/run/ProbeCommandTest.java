package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.run.BudgetServer.Behaviour;
import io.prumerge.run.BudgetServer.Family;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeCommandTest {

  private static CommandLineRun probe(BudgetServer server, String name, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("probe", "--model", "openai:" + server.url() + "#" + name));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void tellsWhatIsCountedBesideWhatTheRuleSays() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.HONOUR, Family.GEMMA4)) {
      CommandLineRun run =
          probe(
              server,
              "google/gemma-4-e4b-it",
              "--method",
              "none",
              "request:max_soft_tokens=70",
              "request:max_soft_tokens=560");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("request:max_soft_tokens=560  542 (540)  529 (527)  531 (529)  530 (528)")
          .contains("Expected by the rule gemma-4, as the model's name tells")
          .contains("request:max_soft_tokens: as asked. asked 70 to 560, counted 57 to 542")
          .contains("compare answers, too");
    }
  }

  @Test
  void anIgnoredFieldIsNamedAndTheDocumentSaysTheSame() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.IGNORE, Family.GEMMA4)) {
      CommandLineRun run =
          probe(
              server,
              "my-model",
              "--tokens-by",
              "gemma-4",
              "--method",
              "request:max_soft_tokens=70",
              "request:max_soft_tokens=560",
              "--json");
      assertThat(run.code()).as(run.err()).isZero();
      JsonNode document = new ObjectMapper().readTree(run.out());
      assertThat(document.get("tokens_by").textValue()).isEqualTo("gemma-4");
      assertThat(document.at("/budgets/1/expected")).hasToString("[540,527,529,528]");
      assertThat(document.at("/budgets/1/counted")).hasToString("[268,266,258,255]");
      JsonNode verdict = document.at("/verdicts/request:max_soft_tokens/0");
      assertThat(verdict.get("verdict").textValue()).isEqualTo("ignored");
      assertThat(verdict.get("sentence").textValue())
          .isEqualTo("asked 70 to 560, counted 255 to 268 at all: the budget is ignored");
    }
  }

  @Test
  void aRefusedBudgetIsToldInTheServersWordsAndTheRestStands() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.REFUSE, Family.GEMMA4)) {
      CommandLineRun run =
          probe(
              server,
              "gemma-4",
              "--method",
              "request:max_soft_tokens=70",
              "request:max_soft_tokens=140",
              "request:max_soft_tokens=560");
      assertThat(run.out())
          .contains("refused (540)", "max_soft_tokens: refused.", "560 is not supported")
          .contains("max_soft_tokens: as asked. asked 70 to 140");
    }
  }

  @Test
  void withoutARuleItSaysWhatToGive() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.HONOUR, Family.GEMMA4)) {
      CommandLineRun run = probe(server, "mine", "--method", "request:max_soft_tokens=70");
      assertThat(run.out())
          .contains("No rule is known of this model; give --tokens-by")
          .contains("differs, no rule known. asked 70, counted 57 to 68");
    }
  }

  @Test
  void wrongUseIsRefusedBeforeAnythingIsAsked() throws IOException {
    try (BudgetServer server = new BudgetServer(Behaviour.HONOUR, Family.GEMMA4)) {
      CommandLineRun local = probe(server, "m", "--method", "none", "prumerge");
      assertThat(local.code()).isEqualTo(ExitCode.USAGE);
      assertThat(local.err()).contains("Cannot ask a server under [prumerge]");
      CommandLineRun rule = probe(server, "m", "--method", "none", "--tokens-by", "gema-4");
      assertThat(rule.code()).isEqualTo(ExitCode.USAGE);
      assertThat(rule.err()).contains("is neither a rule (gemma-3, gemma-4, ");
      CommandLineRun twice = probe(server, "m", "--method", "none", "none");
      assertThat(twice.code()).isEqualTo(ExitCode.USAGE);
      assertThat(server.asked).isEmpty();
    }
    CommandLineRun checkpoint =
        CommandLineRun.of("probe", "--model", "conf/mini-llava", "--method", "none");
    assertThat(checkpoint.code()).isEqualTo(ExitCode.USAGE);
  }
}
