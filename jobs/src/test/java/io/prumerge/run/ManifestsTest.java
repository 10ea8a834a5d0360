package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.console.Wording;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.plan.LeftOut;
import io.prumerge.plan.PlannedChunks;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestsTest {

  private static RunConfiguration of(String model, String dtype) {
    return of(model, dtype, "");
  }

  private static RunConfiguration of(String model, String dtype, String protocol) {
    ObjectNode record = Json.read(Json.write(RunDirectoryTest.CONFIGURATION), ObjectNode.class);
    record.put("model", model).put("dtype", dtype).put("protocol", protocol);
    return Json.read(record, RunConfiguration.class);
  }

  @Test
  void runsOfSeveralModelsHaveNamesThatSortInTheirOrder() {
    List<RunConfiguration> models = Collections.nCopies(12, of("m", "fp32"));
    List<String> ids =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, models).runs().stream()
            .map(Manifest::runId)
            .toList();

    List<String> sorted = new ArrayList<>(ids);
    Collections.sort(sorted);
    assertThat(ids).doesNotHaveDuplicates().isEqualTo(sorted);
    assertThat(ids.get(11)).endsWith("-12").startsWith(ids.get(0).replaceFirst("-01$", ""));
    assertThat(Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, models.subList(0, 1)).ids())
        .as("a single one needs no number")
        .matches("\\d{8}-\\d{6}-[0-9a-f]{8}");
  }

  private static List<Map<String, Object>> fields(RunConfiguration... runs) {
    return Arrays.stream(runs).map(Json::fields).toList();
  }

  @Test
  void aModelHasARunForEachProtocol() {
    RunConfiguration first = of("m", "fp32", "lmms-eval:8");
    RunConfiguration second = of("m", "fp32", "qwen2:8");
    Manifests two = Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(first, second));

    assertThat(two.models()).containsExactly("m");
    assertThat(two.templates()).hasSize(1);
    assertThat(two.protocols()).containsExactly("lmms-eval:8", "qwen2:8");
    assertThat(two.differences(fields(first, second))).isEmpty();
    assertThat(two.differences(fields(first)))
        .extracting(Wording::inCode)
        .containsExactly("the protocol of frames was [lmms-eval:8, qwen2:8], is now [lmms-eval:8]");
    assertThat(
            Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("m", "fp32"))).protocols())
        .as("of pictures")
        .containsExactly("");
  }

  @Test
  void chunksAreNumberedThroughAllRuns() {
    Manifests two =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("a", "fp32"), of("b", "fp32")));

    assertThat(two.number(0, 2)).isEqualTo(2);
    assertThat(two.number(1, 0)).isEqualTo(3);
  }

  /** Their committed chunks are numbered so. */
  @Test
  void chunksOfEarlierFormatsAreDealtAsTheyWere() {
    Manifest now =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("a", "fp32"))).runs().get(0);
    Manifest before =
        Manifest.builder("x", now.startedAt(), 3, now.environment(), now.configuration())
            .format(2)
            .build();
    assertThat(now.plannedChunks()).isEqualTo(new PlannedChunks(3, true));
    assertThat(before.plannedChunks()).isEqualTo(new PlannedChunks(3, false));
  }

  /** Runs of before know the number of rows that were left out, and nothing else. */
  @Test
  void figuresOfFormerRunsSayHowManyRowsWereLeftOut() {
    Manifest now =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("a", "fp32"))).runs().get(0);
    Manifest run =
        Manifest.builder("x", now.startedAt(), 3, now.environment(), now.configuration())
            .leftOutRows(List.of(new LeftOut("pope", "test", 2)))
            .build();
    ScoreKey pope = new ScoreKey(run.runId(), "a", "pope", "test", "none", "llava");

    assertThat(Manifest.ofFiles(List.of(run)).apply(pope))
        .containsExactly("2 rows of its files could not be read and are not in n");
    assertThat(
            Manifest.ofFiles(List.of(run))
                .apply(new ScoreKey(run.runId(), "a", "pope", "val", "none", "llava")))
        .isEmpty();
    assertThat(
            Manifest.ofFiles(List.of(run))
                .apply(new ScoreKey("other", "a", "pope", "test", "none", "llava")))
        .isEmpty();
  }

  @Test
  void runsOfOneFolderGoTogether() {
    Manifest one =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("a", "fp32"))).runs().get(0);
    Manifest other =
        Manifests.begin(4, RunDirectoryTest.ENVIRONMENT, List.of(of("b", "fp32"))).runs().get(0);
    Manifest many =
        Manifest.builder(
                "x", one.startedAt(), Integer.MAX_VALUE, one.environment(), one.configuration())
            .build();
    Manifest more =
        Manifest.builder(
                "y", one.startedAt(), Integer.MAX_VALUE, one.environment(), one.configuration())
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifests(List.of()))
        .withMessage("it lists no run");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifests(List.of(one, one)))
        .withMessage("two runs have the same run_id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifests(List.of(one, other)))
        .withMessage("runs have different numbers of chunks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Manifests(List.of(many, more)))
        .withMessage("chunks is 2147483647 for each of 2 runs, expected fewer");
    assertThat(new Manifests(List.of(many)).allChunks()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void tellsWhatDiffersOnce() {
    Manifests two =
        Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, List.of(of("a", "fp32"), of("b", "fp32")));

    assertThat(differences(two, of("a", "fp32"), of("b", "fp32"))).isEmpty();
    assertThat(differences(two, of("a", "bf16"), of("b", "bf16")))
        .isEqualTo("--dtype was fp32, is now bf16");
    assertThat(differences(two, of("b", "fp32"), of("a", "fp32")))
        .isEqualTo("--model was a, is now b; --model was b, is now a");
    assertThat(differences(two, of("a", "fp32"))).isEqualTo("--model was [a, b], is now [a]");
  }

  private static String differences(Manifests runs, RunConfiguration... others) {
    return Wording.join("; ", runs.differences(Arrays.stream(others).map(Json::fields).toList()))
        .onCommandLine();
  }
}
