package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.MeteredDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torchscript.LlavaScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators that passes run on a decoder of three layers, nested ones included. */
@Tag("model")
class OperatorCountTest {

  private static final List<String> PARTS =
      List.of("ops", "clip", "connector", "llama", "pool", "prumerge");

  // Up to the end of the line that closes the call.
  private static final Pattern NEW_TENSOR =
      Pattern.compile("torch\\.(tensor|arange|empty|zeros|ones|full)\\((.*\\)|\\n[^)]*\\)).*");

  @TempDir private Path folder;

  private static PromptGroup group(ProjectedTokens visual, List<LayerCut> cuts, int newTokens) {
    return new PromptGroup(
        new int[] {1, 20, 21, 5},
        3,
        visual,
        cuts,
        List.of(new int[] {30, 31, 32, 33}),
        List.of(new GenerationLimits(newTokens, 0)));
  }

  /** Operators of one generation, which has run before. */
  private int operators(MeteredDecoder decoder, List<PromptGroup> groups) throws IOException {
    decoder.decoding().generate(groups);
    Path trace = folder.resolve("trace");
    JniUtils.startProfile(false, false, false);
    decoder.decoding().generate(groups);
    JniUtils.stopProfile(trace.toString());
    return Files.readString(trace).split("\"name\": \"aten::", -1).length - 1;
  }

  private int operators(MeteredDecoder decoder, ProjectedTokens visual, int images, int newTokens)
      throws IOException {
    return operators(decoder, Collections.nCopies(images, group(visual, List.of(), newTokens)));
  }

  @Test
  void aDecodingStepRunsNoMoreOperatorsThanWhenTheyWereCounted() throws IOException {
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      int one = operators(decoder, visual, 1, 4) - operators(decoder, visual, 1, 3);
      int seven = operators(decoder, visual, 7, 4) - operators(decoder, visual, 7, 3);
      assertThat(one).isBetween(1, 752);
      assertThat(seven - one).isBetween(1, 1786 - 751);
    }
  }

  @Test
  void aPrefillRunsMoreOperatorsOnlyForAGroupWithCuts() throws IOException {
    LayerCut cut =
        new TestCuts.Ranked(2, 0.5, CutPositions.KEPT, List.of(new Evidence.LastRowAttention(1)));
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      int none = operators(decoder, visual, 1, 1);
      int fastV = operators(decoder, List.of(group(visual, List.of(cut), 1)));
      assertThat(none).isBetween(1, 849);
      assertThat(fastV).isBetween(none + 1, 1157);
    }
  }

  /** Each of these would make the host wait for a GPU in the middle of a pass. */
  @Test
  void noOperatorOfThePartsReadsBackAnElement() {
    for (String part : PARTS) {
      assertThat(LlavaScript.text(part)).doesNotContain(".item(", "nonzero", "int(");
    }
  }

  /** A tensor made on the processor would meet those on a GPU. */
  @Test
  void everyNewTensorNamesTheDeviceOfAnother() {
    List<String> made =
        PARTS.stream()
            .flatMap(part -> NEW_TENSOR.matcher(LlavaScript.text(part)).results())
            .map(MatchResult::group)
            .toList();
    assertThat(made).hasSizeGreaterThan(8);
    // Wavelengths go to Java, which makes the frequencies from them; lists are copied from the
    // host.
    assertThat(made)
        .filteredOn(call -> !call.matches("(?s).*device=(?!torch)[\\w.\\[\\]]+\\.device.*"))
        .satisfiesExactlyInAnyOrder(
            call -> assertThat(call).contains("torch.arange(0, d, 2,"),
            call -> assertThat(call).contains("torch.tensor(numbers,"));
  }
}
