package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.Goldens;
import io.prumerge.image.Area;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import io.prumerge.script.ScriptText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class ImageExplainerTest {

  private static final List<MethodSpec> METHODS =
      Stream.of(
              "none",
              "prumerge",
              "prumerge+",
              "prumerge:merge=false",
              "prumerge:k=4,summary=false",
              "spatial:tokens=@prumerge",
              "first:tokens=9")
          .map(MethodSpec::parse)
          .toList();

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private static ModelLease lease() {
    return LlavaEngine.acquire(LlavaEngineTest.config("mha", ImageAspect.PAD, "vicuna_v1"));
  }

  private static byte[] image() throws IOException {
    return Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  @Test
  void choosesWhatTheAnswersSay() throws IOException, ImageException {
    try (ModelLease lease = lease()) {
      Explanation explanation = lease.explain(image(), Optional.empty(), METHODS);
      List<Answer> answers =
          lease.answer(new ImageRequest(image(), List.of(new Question("What is it?", 1)), METHODS));
      assertThat(explanation.choices()).hasSize(METHODS.size());
      for (int m = 0; m < METHODS.size(); m++) {
        MethodChoice choice = explanation.choices().get(m);
        Answer answer = answers.get(m);
        assertThat(choice.method()).isEqualTo(METHODS.get(m));
        assertThat(choice.allTokens()).isEqualTo(answer.tokens().visualAfter());
        assertThat(choice.positions()).hasSize(choice.allTokens()).startsWith(0);
        assertThat(choice.kept())
            .isEqualTo(
                Optional.ofNullable(answer.tokens().keptIndices())
                    .map(kept -> IntStream.of(kept).boxed().toList()));
        assertThat(explanation.tokens()).isEqualTo(answer.tokens().visualBefore());
      }
    }
  }

  @Test
  void theOutliersAreAboveTheFence() throws IOException, ImageException {
    try (ModelLease lease = lease()) {
      Explanation explanation = lease.explain(image(), Optional.empty(), METHODS);
      List<Float> attention = explanation.wholeImage().attention();
      assertThat(attention).hasSize(explanation.patches());
      assertThat(attention.stream().mapToDouble(Float::doubleValue).sum()).isBetween(0.0, 1.0);
      assertThat(explanation.choices().get(1).kept().orElseThrow())
          .allMatch(patch -> attention.get(patch) > explanation.wholeImage().quartiles().fence())
          .hasSize(
              (int)
                  attention.stream()
                      .filter(score -> score > explanation.wholeImage().quartiles().fence())
                      .count());
    }
  }

  @Test
  void onlyMethodsThatMergeHaveMerges() throws IOException, ImageException {
    try (ModelLease lease = lease()) {
      List<MethodChoice> choices = lease.explain(image(), Optional.empty(), METHODS).choices();
      for (int m : new int[] {0, 3, 5, 6}) {
        assertThat(choices.get(m).merges()).as("%s", METHODS.get(m)).isEmpty();
      }
      for (int m : new int[] {1, 2, 4}) {
        assertThat(choices.get(m).merges())
            .extracting(merge -> merge.patch().getAsInt())
            .isEqualTo(choices.get(m).kept().orElseThrow());
        assertThat(choices.get(m).merges())
            .allSatisfy(merge -> assertThat(merge.neighbours()).hasSize(m == 4 ? 4 : 32));
      }
      assertThat(choices.get(0).kept()).isEmpty();
    }
  }

  private static List<Merge> merges(String method) throws IOException, ImageException {
    try (ModelLease lease = lease()) {
      return lease
          .explain(image(), Optional.empty(), List.of(MethodSpec.parseKnown(method)))
          .choices()
          .get(0)
          .merges();
    }
  }

  @Test
  void ownScriptsShowWhatTheyMerge() throws IOException, ImageException {
    ScriptText.file(
        "merging.pt",
        "{\"sees\": \"features\"}",
        "Tuple[Tensor, Tensor]",
        """
            kept = torch.arange(3, dtype=4)
            all = torch.eye(torch.size(evidence["features"], 0))
            rows = torch.mul(torch.add(torch.slice(all, 0, 0, 4), torch.slice(all, 0, 4, 8)), 0.5)
            return (kept, rows)
        """);

    assertThat(merges("script:merging.pt"))
        .containsExactly(
            sum(OptionalInt.of(0), 0.5f, 4),
            sum(OptionalInt.of(1), 0.5f, 5),
            sum(OptionalInt.of(2), 0.5f, 6),
            new Merge(
                OptionalInt.empty(), 0, List.of(new Neighbour(3, 0.5f), new Neighbour(7, 0.5f))));
  }

  private static Merge sum(OptionalInt kept, float weight, int other) {
    return new Merge(kept, weight, List.of(new Neighbour(other, weight)));
  }

  @Test
  void meansShowTheirPatches() throws IOException, ImageException {
    assertThat(merges("pool:tokens=64"))
        .hasSize(64)
        .allSatisfy(
            token ->
                assertThat(token.neighbours())
                    .hasSize(9)
                    .extracting(Neighbour::weight)
                    .containsOnly(1f / 9));
    assertThat(merges("pool:tokens=64").get(0).neighbours())
        .extracting(Neighbour::patch)
        .containsExactly(0, 1, 2, 24, 25, 26, 48, 49, 50);
  }

  /** Every patch is in one token, alone or in a mean. */
  @Test
  void whatIsMergedInsideTheTowerIsShown() throws IOException, ImageException {
    List<Merge> merges = merges("tome:tokens=300");

    assertThat(merges).hasSize(300);
    assertThat(
            merges.stream()
                .flatMap(
                    token ->
                        Stream.concat(
                            token.patch().stream().boxed(),
                            token.neighbours().stream().map(Neighbour::patch))))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 576).boxed().toList());
    assertThat(merges).allMatch(token -> token.patch().isPresent() == token.neighbours().isEmpty());
  }

  @Test
  void patchesLieInThePicturesOwnPixels() throws IOException, ImageException {
    try (ModelLease lease = lease()) {
      Explanation explanation = lease.explain(image(), Optional.empty(), METHODS.subList(0, 1));
      int width = explanation.picture().width();
      int height = explanation.picture().height();
      assertThat(width).isGreaterThan(height);
      double cell = (double) width / explanation.patchGrid().cols();
      Area last = explanation.patch(explanation.patches() - 1);
      assertThat(explanation.patch(0).top()).isCloseTo(-(width - height) / 2, within(1e-9));
      assertThat(last.right()).isCloseTo(width, within(1e-9));
      assertThat(last.width()).isCloseTo(cell, within(1e-9));
    }
  }

  @Test
  void refusesWhatCannotBeExplainedAndLeaksNothing() throws IOException, ImageException {
    ModelLease lease = lease();
    lease.explain(image(), Optional.empty(), METHODS);
    long open = OpenValues.count();
    lease.explain(image(), Optional.empty(), METHODS);
    assertThatThrownBy(() -> lease.explain(new byte[0], Optional.empty(), METHODS))
        .isInstanceOf(ImageException.class);
    assertThatThrownBy(
            () ->
                lease.explain(
                    image(), Optional.empty(), List.of(MethodSpec.parse("uniform:tokens=577"))))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("576 patches");
    assertThat(OpenValues.count()).isEqualTo(open);
    lease.close();
    assertThatThrownBy(() -> lease.explain(image(), Optional.empty(), METHODS))
        .isInstanceOf(IllegalStateException.class);
  }
}
