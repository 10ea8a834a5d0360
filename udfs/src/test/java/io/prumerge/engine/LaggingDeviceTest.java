package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.TestZoo;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The times of stages on a device that only queues what it is asked, as a GPU does. */
@Tag("model")
class LaggingDeviceTest {

  private static final int LAG_MILLIS = 10;
  // A view has a few pieces of evidence, an image up to seven views.
  private static final int MOST_WAITS = 60;
  private static final Question QUESTION = new Question("What is this?", 2);

  /** What the device was asked in each stage of a request, and what it answered. */
  private record Asked(
      List<String> encoding,
      List<String> reducing,
      List<String> passes,
      int waits,
      Answer answer) {}

  private static final class Device implements AutoCloseable {

    private final LaggingTorch torch;
    private final ImageAnswerer answerer;

    Device(String checkpoint, int lagMillis) throws Exception {
      torch = new LaggingTorch(TorchRuntime.open(), lagMillis);
      answerer =
          new ImageAnswerer(
              new LoadedModel(TestZoo.load(Goldens.path(checkpoint), torch)), new Lanes(1, 1));
    }

    Asked ask(String method) throws Exception {
      ImageRequest request =
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              List.of(QUESTION),
              List.of(MethodSpec.parse(method)));
      PendingRequest pending = new PendingRequest(request, () -> {}, Runnable::run);
      answerer.prepare(pending);
      try (Lane lane = answerer.lane(() -> {})) {
        int first = torch.calls().size();
        int waits = torch.waits();
        lane.take(List.of(pending));
        assertThat(torch.idle()).as("encoded").isTrue();
        int encoded = torch.calls().size();
        lane.step(); // reduces it
        int reduced = torch.calls().size();
        while (lane.busy()) {
          lane.step();
        }
        List<String> calls = torch.calls();
        return new Asked(
            calls.subList(first, encoded),
            calls.subList(encoded, reduced),
            calls.subList(reduced, calls.size()),
            torch.waits() - waits,
            pending.answers().get().get(0));
      }
    }

    @Override
    public void close() {
      answerer.close();
      assertThat(OpenValues.count()).isZero();
    }
  }

  private static double total(StageMillis millis) {
    return millis.preprocess()
        + millis.vision()
        + millis.reduction()
        + millis.prefill()
        + millis.decode();
  }

  private static List<String> without(List<String> calls, List<String> others) {
    List<String> left = new ArrayList<>(calls);
    others.forEach(left::remove);
    return left;
  }

  /** What runs for the features is the same under every method, and so is what it is charged to. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "prumerge", "fastervlm:tokens=32", "divprune:tokens=32"})
  void theTowersTimeIsItsOwnUnderEveryMethod(String method) throws Exception {
    try (Device device = new Device("checkpoints/mha", LAG_MILLIS)) {
      device.ask("none"); // computes what stays
      List<String> tower = device.ask("none").encoding();
      Asked asked = device.ask(method);
      StageMillis millis = asked.answer().work().millis();
      // One call more is that of the wait between the tower and its evidence.
      List<String> evidence = without(asked.encoding(), tower);
      assertThat(tower).contains("tower");
      assertThat(millis.vision()).isGreaterThanOrEqualTo((tower.size() - 1) * LAG_MILLIS);
      assertThat(millis.reduction())
          .isGreaterThanOrEqualTo((evidence.size() - 1 + asked.reducing().size()) * LAG_MILLIS);
      assertThat(millis.prefill() + millis.decode())
          .isGreaterThanOrEqualTo((asked.passes().size() - 1) * LAG_MILLIS);
    }
  }

  @Test
  void aRunInsideTheTowerIsPartOfTheTowersTime() throws Exception {
    try (Device device = new Device("checkpoints/mha", LAG_MILLIS)) {
      device.ask("none");
      Asked asked = device.ask("tome:tokens=200");
      assertThat(asked.answer().error()).isNull();
      assertThat(asked.encoding().size()).isGreaterThan(device.ask("none").encoding().size());
      assertThat(asked.answer().work().millis().vision())
          .isGreaterThanOrEqualTo((asked.encoding().size() - 2) * LAG_MILLIS);
    }
  }

  /** Rules choose on the host, for which they read what they look at; rows are made after that. */
  @Test
  void mergingAndTheConnectorAreNoPartOfTheSelection() throws Exception {
    try (Device device = new Device("checkpoints/mha", LAG_MILLIS)) {
      device.ask("none");
      Asked asked = device.ask("prumerge");
      assertThat(asked.reducing()).contains("merge", "project");
      StageMillis millis = asked.answer().work().millis();
      assertThat(millis.reduction() - millis.select()).isGreaterThanOrEqualTo(3 * LAG_MILLIS);
    }
  }

  /** Waits of an image with a question and two passes: each costs a GPU's host microseconds. */
  @ParameterizedTest
  @CsvSource({
    "none, 4",
    "prumerge, 6",
    "fastervlm:tokens=32, 6",
    "tome:tokens=200, 9",
    "'fastv:layer=1,ratio=0.5', 5",
  })
  void theHostWaitsAFewTimesAnImage(String method, int waits) throws Exception {
    try (Device device = new Device("checkpoints/mha", 0)) {
      Asked asked = device.ask(method);
      assertThat(asked.answer().error()).isNull();
      assertThat(asked.waits()).isEqualTo(waits);
    }
  }

  /** Every method in the list, and pairs: whatever they read, they wait for it in its stage. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoints/gqa",
        "families/next",
        "idefics/base",
        "intern/small",
        "onevision/tied",
        "queries/blip2",
        "qwen/qwen2_5_vl/tied",
      })
  void theStagesOfEveryMethodAddUpOnEveryFamily(String checkpoint) throws Exception {
    List<String> refused = new ArrayList<>();
    int answered = 0;
    try (Device device = new Device(checkpoint, 1)) {
      device.ask("none");
      for (String method : methods()) {
        Asked asked = device.ask(method);
        if (asked.answer().error() != null) {
          refused.add(method);
          continue;
        }
        answered++;
        StageMillis millis = asked.answer().work().millis();
        int calls = asked.encoding().size() + asked.reducing().size() + asked.passes().size();
        assertThat(total(millis)).as(method).isGreaterThanOrEqualTo(calls - 3);
        assertThat(millis.prefill() + millis.decode())
            .as(method)
            .isGreaterThanOrEqualTo(asked.passes().size() - 1);
        assertThat(asked.waits()).as(method).isLessThan(MOST_WAITS);
      }
    }
    assertThat(answered).as("refused: %s", refused).isPositive();
  }

  private static List<String> methods() {
    List<String> specs = new ArrayList<>();
    for (String name : TokenReducers.names()) {
      ReducerFactory factory = TokenReducers.named(name);
      if (!factory.takesAnyNumber()) { // a script, whose file nobody named
        String example = factory.about().example();
        specs.add(example.isEmpty() ? name : name + ":" + example);
      }
    }
    // One that sees a smaller picture is asked as none is, on other views.
    specs.removeIf(spec -> TokenReducers.of(MethodSpec.parse(spec)).picture().isPresent());
    specs.add("prumerge..fastv:layer=1,ratio=0.5");
    specs.add("visionzip:tokens=16..vtw:layer=1");
    return specs;
  }
}
