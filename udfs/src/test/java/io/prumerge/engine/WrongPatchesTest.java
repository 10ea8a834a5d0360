package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.Visual;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Methods by others that take patches which the image has not: a row's error, with their names. */
@Tag("model")
class WrongPatchesTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final List<Question> QUESTIONS = List.of(new Question("What is this?", 2));

  private record Wrong(String name, Function<PatchTokens, Reduction> tokens)
      implements TokenReducer {

    @Override
    public MethodSpec spec() {
      return new MethodSpec(name, new TreeMap<>());
    }

    @Override
    public int tokens(PatchTokens patches) {
      return 2;
    }

    @Override
    public Reduction reduce(PatchTokens patches) {
      return tokens.apply(patches);
    }
  }

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  @Test
  void aPatchThatIsNotThereFailsOnlyTheRowsOfItsMethod() throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    int[] far = {3, 2_000_000_000};
    List<BlendPart> own = List.of(new BlendPart(0, 0.5f));
    List<Wrong> wrong =
        List.of(
            new Wrong("far", patches -> patches.gather(far)),
            new Wrong("after", patches -> patches.gather(Stage.AFTER_CONNECTOR, far)),
            new Wrong("next", patches -> patches.gather(new int[] {575, 576})),
            new Wrong("negative", patches -> patches.gather(new int[] {-2})),
            new Wrong("merging", patches -> patches.merge(far, 2, true)),
            new Wrong(
                "blending",
                patches ->
                    patches.blend(
                        Stage.BEFORE_CONNECTOR,
                        List.of(new Blend(List.of(new BlendPart(576, 0.5f)))))),
            new Wrong(
                "standing",
                patches ->
                    patches.blend(
                        Stage.BEFORE_CONNECTOR, List.of(new Blend(own, OptionalInt.of(600))))));
    List<TokenReducer> methods = new ArrayList<>(wrong);
    methods.add(TokenReducers.of(MethodSpec.NONE));
    List<String> patches =
        List.of("2000000000", "2000000000", "576", "-2", "2000000000", "576", "600");
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      ImageRequest request =
          new ImageRequest(Visual.pictures(List.of(image)), QUESTIONS, methods, ReduceBy.EACH);
      List<Answer> answers = lease.answer(request);
      long before = OpenValues.atRest();
      lease.answer(request);
      assertThat(OpenValues.atRest()).isEqualTo(before);
      for (int m = 0; m < patches.size(); m++) {
        assertThat(answers.get(m).error())
            .isEqualTo(
                "reduction_failed: %s failed: it takes patch %s; the image has patches 0 to 575"
                    .formatted(wrong.get(m).name(), patches.get(m)));
      }
      assertThat(answers.get(wrong.size()).error()).isNull();
    }
  }
}
