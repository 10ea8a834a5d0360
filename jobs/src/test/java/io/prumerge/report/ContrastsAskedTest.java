package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.run.ContrastParser;
import io.prumerge.run.StandardContrasts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContrastsAskedTest {

  private static List<MethodKey> run(String id, String model, String... methods) {
    return List.of(methods).stream().map(method -> new MethodKey(id, model, method)).toList();
  }

  private static List<MethodKey> twoRuns() {
    List<MethodKey> all = new ArrayList<>();
    all.addAll(run("1", "base", "none", "prumerge", "prumerge:merge=false"));
    all.addAll(run("2", "tuned", "none", "prumerge"));
    return all;
  }

  private static List<String> texts(List<MethodKey> all, List<Contrast> contrasts) {
    return texts(names(all), contrasts);
  }

  private static MethodNames names(List<MethodKey> all) {
    return new MethodNames(all, Map.of());
  }

  private static List<String> texts(MethodNames names, List<Contrast> contrasts) {
    return contrasts.stream()
        .map(
            one ->
                names.name(one.a())
                    + " - "
                    + names.name(one.b())
                    + (one.scope() == ContrastScope.RETENTION ? " retention" : ""))
        .toList();
  }

  private static List<String> asked(List<MethodKey> all, String... texts) {
    return texts(all, new ContrastParser(names(all)).of(List.of(texts)));
  }

  @Test
  void sidesMayNameAModel() {
    assertThat(asked(twoRuns(), "tuned prumerge:base none"))
        .containsExactly("tuned prumerge - base none");
    assertThat(asked(twoRuns(), "tuned none : base prumerge:merge=false"))
        .containsExactly("tuned none - base prumerge:merge=false");
  }

  @Test
  void aSideWithoutAModelIsOfTheOthersOrOfEveryRun() {
    assertThat(asked(twoRuns(), "tuned prumerge:none"))
        .containsExactly("tuned prumerge - tuned none");
    assertThat(asked(twoRuns(), "prumerge:none"))
        .containsExactly("base prumerge - base none", "tuned prumerge - tuned none");
    assertThat(asked(twoRuns(), "prumerge:prumerge:merge=false"))
        .containsExactly("base prumerge - base prumerge:merge=false");
  }

  @Test
  void whatIsAskedTwiceIsComparedOnce() {
    assertThat(asked(twoRuns(), "prumerge:none", "tuned prumerge:tuned none")).hasSize(2);
  }

  @Test
  void runsOfOneModelAreToldApartByTheirIds() {
    List<MethodKey> all = new ArrayList<>(run("20260101-11111111", "base", "none"));
    all.addAll(run("20260102-22222222", "base", "none"));

    assertThat(asked(all, "base 11111111 none:base 22222222 none"))
        .containsExactly("base 11111111 none - base 22222222 none");
  }

  @Test
  void runsOfOneModelAreToldApartByTheirFolders() {
    List<MethodKey> all = new ArrayList<>(run("20260101-11111111", "base", "none"));
    all.addAll(run("20260102-22222222", "base", "none"));
    all.addAll(run("20260103-33333333-1", "base", "none"));
    all.addAll(run("20260103-33333333-2", "tuned", "none"));
    MethodNames names =
        new MethodNames(
            all,
            Map.of(
                "20260101-11111111", "before",
                "20260102-22222222", "after",
                "20260103-33333333-1", "both",
                "20260103-33333333-2", "both"));

    assertThat(all.stream().map(names::name))
        .containsExactly("before none", "after none", "both base none", "tuned none");
    assertThat(all.stream().map(names::folder))
        .containsExactly("before", "after", "both base", "both (tuned)");
    assertThat(texts(names, new ContrastParser(names).of(List.of("after none:before none"))))
        .containsExactly("after none - before none");
  }

  @Test
  void runsOfOneModelAreToldApartByTheirFrames() {
    List<MethodKey> all = new ArrayList<>(run("1", "base", "none"));
    all.addAll(run("2", "base", "none", "frames=4"));
    Map<String, String> folders = Map.of("1", "out", "2", "out");
    Map<String, String> protocols = Map.of("1", "lmms-eval:8", "2", "qwen2:8");
    MethodNames names = new MethodNames(all, folders, protocols);

    assertThat(all.stream().map(names::name))
        .containsExactly("lmms-eval:8 none", "qwen2:8 none", "qwen2:8 frames=4");
    assertThat(all.stream().map(names::folder).distinct())
        .containsExactly("lmms-eval:8", "qwen2:8");
    assertThat(texts(names, new ContrastParser(names).of(List.of("qwen2:8 none:lmms-eval:8 none"))))
        .containsExactly("qwen2:8 none - lmms-eval:8 none");

    all.addAll(run("3", "tuned", "none"));
    assertThat(
            all.stream()
                .map(
                    new MethodNames(all, folders, Map.of("1", "a:8", "2", "b:8", "3", "a:8"))
                        ::name))
        .containsExactly("base a:8 none", "base b:8 none", "base b:8 frames=4", "tuned none");

    all.remove(3);
    all.addAll(run("4", "base", "none"));
    Map<String, String> twice = Map.of("1", "a:8", "2", "b:8", "4", "a:8");
    assertThat(
            all.stream()
                .map(new MethodNames(all, Map.of("1", "x", "2", "x", "4", "y"), twice)::name))
        .containsExactly("x a:8 none", "b:8 none", "b:8 frames=4", "y a:8 none");
    assertThat(all.stream().map(new MethodNames(all, Map.of(), twice)::name))
        .containsExactly("base 1 none", "b:8 none", "b:8 frames=4", "base 4 none");
  }

  /** Of the baseline: another rule with as many frames, and half of the frames of one rule. */
  @Test
  void anyTwoProtocolsAreCompared() {
    List<MethodKey> all = new ArrayList<>();
    Map<String, String> protocols = new HashMap<>();
    for (String protocol : List.of("a:8", "a:4", "b:8", "b:4", "c:8", "d", "a:2fps")) {
      all.addAll(run(protocol, "base", "none", "prumerge"));
      protocols.put(protocol, protocol);
    }
    MethodNames names = new MethodNames(all, Map.of(), protocols);

    assertThat(
            texts(names, StandardContrasts.added(List.of(), all, "none", protocols)).stream()
                .filter(text -> text.matches("(\\S+) none - (\\S+) none")))
        .containsExactly(
            // each run and the first
            "a:4 none - a:8 none",
            "b:8 none - a:8 none",
            "b:4 none - a:8 none",
            "c:8 none - a:8 none",
            "d none - a:8 none",
            "a:2fps none - a:8 none",
            // any other two that a protocol names
            "b:8 none - a:4 none",
            "b:4 none - a:4 none",
            "b:4 none - b:8 none",
            "c:8 none - a:4 none",
            "c:8 none - b:8 none",
            "c:8 none - b:4 none",
            "a:2fps none - a:4 none",
            "a:2fps none - b:8 none",
            "a:2fps none - b:4 none",
            "a:2fps none - c:8 none");
  }

  /** In the order that the runs are given, whenever they were made. */
  @Test
  void aLaterRunOfAModelIsComparedWithItsFirst() {
    List<MethodKey> all = new ArrayList<>(run("9", "base", "none", "prumerge"));
    all.addAll(run("8", "tuned", "none"));
    all.addAll(run("7", "tuned", "none", "prumerge"));
    all.addAll(run("6", "base", "prumerge", "prumerge+"));

    assertThat(
            StandardContrasts.added(List.of(), all, "none", Map.of()).stream()
                .filter(one -> one.scope() == ContrastScope.EVERYTHING)
                .map(one -> one.a().runId() + one.a().method() + " - " + one.b().runId()))
        .containsExactly("8none - 9", "7none - 8", "7prumerge - 9", "6prumerge - 9");
  }

  @Test
  void namesWhatCannotBeCompared() {
    for (String text : List.of("prumerge", "prumerge:no", "none:none", "", ":")) {
      assertThatThrownBy(() -> asked(twoRuns(), text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "'"
                  + text
                  + "' names no two methods to compare; expected A:B, each METHOD or 'RUN"
                  + " METHOD', of: base none, base prumerge, base prumerge:merge=false, tuned none,"
                  + " tuned prumerge");
    }
  }

  @Test
  void reportsCompareWhatTheyClaim() {
    List<MethodKey> all = new ArrayList<>();
    all.addAll(
        run(
            "1",
            "base",
            "none",
            "prumerge",
            "prumerge:merge=false",
            "prumerge:k=16",
            "uniform:tokens=@prumerge",
            "random:seed=7,tokens=@prumerge:k=16",
            "first:tokens=@prumerge:k=64",
            "what<is>this:"));
    all.addAll(run("2", "tuned", "none", "prumerge", "spatial:tokens=4"));

    assertThat(texts(all, StandardContrasts.added(List.of(), all, "none", Map.of())))
        .containsExactly(
            "base prumerge - base prumerge:merge=false",
            "base prumerge - base uniform:tokens=@prumerge",
            "base prumerge:k=16 - base random:seed=7,tokens=@prumerge:k=16",
            "tuned none - base none",
            "tuned prumerge - base prumerge",
            "base prumerge - base none retention",
            "base prumerge:merge=false - base none retention",
            "base prumerge:k=16 - base none retention",
            "base uniform:tokens=@prumerge - base none retention",
            "base random:seed=7,tokens=@prumerge:k=16 - base none retention",
            "base first:tokens=@prumerge:k=64 - base none retention",
            "base what<is>this: - base none retention",
            "tuned prumerge - tuned none retention",
            "tuned spatial:tokens=4 - tuned none retention");
  }

  @Test
  void aPairIsComparedWithItsMethodsAndKeptPositionsWithPackedOnes() {
    List<MethodKey> all =
        run(
            "1",
            "base",
            "prumerge",
            "fastv",
            "prumerge..fastv",
            "prumerge:positions=kept",
            "prumerge:positions=kept..fastv",
            "prumerge..fastv:positions=packed",
            "first:positions=kept,tokens=4",
            "spatial:positions=kept,tokens=4",
            "spatial:positions=packed,tokens=4");

    assertThat(texts(all, StandardContrasts.added(List.of(), all, "none", Map.of())))
        .containsExactly(
            "prumerge - prumerge..fastv",
            "fastv - prumerge..fastv",
            "prumerge - prumerge:positions=kept",
            "prumerge..fastv - prumerge:positions=kept..fastv",
            "prumerge:positions=kept - prumerge:positions=kept..fastv",
            "fastv - prumerge:positions=kept..fastv",
            "prumerge - prumerge..fastv:positions=packed",
            "prumerge..fastv - prumerge..fastv:positions=packed",
            "spatial:positions=packed,tokens=4 - spatial:positions=kept,tokens=4");
  }

  @Test
  void whatIsAskedForIsNotClaimedAgain() {
    List<MethodKey> all = run("1", "base", "none", "prumerge");

    assertThat(
            Set.copyOf(
                texts(
                    all,
                    StandardContrasts.added(
                        new ContrastParser(names(all)).of(List.of("prumerge:none")),
                        all,
                        "none",
                        Map.of()))))
        .containsExactly("prumerge - none");
  }

  /** In the sign that was asked for, whichever a report would choose. */
  @Test
  void aPairIsComparedOnceInTheSignThatIsAsked() {
    List<MethodKey> all = run("1", "base", "none", "prumerge", "uniform:tokens=@prumerge");

    assertThat(asked(all, "none:prumerge", "prumerge:none")).containsExactly("none - prumerge");
    assertThat(
            texts(
                all,
                StandardContrasts.added(
                    new ContrastParser(names(all)).of(List.of("uniform:tokens=@prumerge:prumerge")),
                    all,
                    "none",
                    Map.of())))
        .containsExactly(
            "uniform:tokens=@prumerge - prumerge",
            "prumerge - none retention",
            "uniform:tokens=@prumerge - none retention");
  }

  /** By its file's name, unless that is another method's or two files have it. */
  @Test
  void aScriptIsCalledByItsFile() {
    List<MethodKey> all =
        run(
            "1",
            "base",
            "script:own.pt,sha256=8f3831f211e0e374",
            "script:twice.pt,sha256=8f3831f211e0e374",
            "script:twice.pt,sha256=9f3831f211e0e374",
            "script:prumerge.pt,sha256=8f3831f211e0e374",
            "script:two words.pt,sha256=8f3831f211e0e374",
            "script:own.pt,sha256=8f3831f211e0e374,tokens=4..fastv",
            "what<is>this:");

    assertThat(all.stream().map(names(all)::name))
        .containsExactly(
            "own",
            "script:twice.pt,sha256=8f3831f211e0e374",
            "script:twice.pt,sha256=9f3831f211e0e374",
            "script:prumerge.pt,sha256=8f3831f211e0e374",
            "script:two words.pt,sha256=8f3831f211e0e374",
            "own:tokens=4..fastv",
            "what<is>this:");
  }

  @Test
  void aMethodMayBeSpeltAsForTheRun() {
    List<MethodKey> all =
        run(
            "1",
            "base",
            "none",
            "prumerge",
            "prumerge:k=16",
            "script:own.pt,sha256=8f3831f211e0e374,tokens=@prumerge",
            "random:tokens=@script:own.pt,sha256=8f3831f211e0e374,tokens=@prumerge");

    assertThat(asked(all, "prumerge:summary=true,k=16:prumerge"))
        .containsExactly("prumerge:k=16 - prumerge");
    assertThat(asked(all, "script:own.pt,tokens=@prumerge:prumerge"))
        .containsExactly("own:tokens=@prumerge - prumerge");
    assertThat(asked(all, "own:tokens=@prumerge:prumerge"))
        .containsExactly("own:tokens=@prumerge - prumerge");
    assertThat(asked(all, "random:tokens=@own:tokens=@prumerge:prumerge"))
        .containsExactly("random:tokens=@own:tokens=@prumerge - prumerge");
    assertThat(asked(all, "base script:some/own.pt,tokens=@prumerge:prumerge")).hasSize(1);
    assertThat(asked(all, "random:tokens=@script:own.pt,tokens=@prumerge:prumerge")).hasSize(1);
    assertThatThrownBy(() -> asked(all, "script:other.pt,tokens=@prumerge:prumerge"))
        .hasMessageContaining("names no two methods");
  }
}
